package org.arenascope.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;

import org.arenascope.measure.Progress;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoadTest {

    private static final long SIZE = 4_000_000;
    private static final Progress NOBODY = new Progress(null);

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void a_library_answers_what_it_was_given(Library library) throws Exception {
        try (Load load = library.open(folder, SIZE)) {
            load.fill(NOBODY);
            load.query();
            load.keepMore();
            if (load instanceof PointReads reads) {
                reads.prepare();
                reads.readOne();
            }
        }
    }

    @Test
    void sqlite_can_be_read_in_memory() throws Exception {
        try (SqliteLoad load = (SqliteLoad) Library.SQLITE.open(folder, SIZE)) {
            load.fill(NOBODY);
            load.prepareInMemory();
            load.readOne();
        }
    }

    @Test
    void rocksdb_says_what_it_holds_in_each_of_its_parts() throws Exception {
        try (Load load = Library.ROCKSDB.open(folder, SIZE)) {
            load.fill(NOBODY);
            Map<String, Long> figures = load.ownFigures();

            assertEquals(3, figures.size(), figures::toString);
            assertTrue(figures.values().stream().allMatch(bytes -> bytes > 0), figures::toString);
            assertTrue(figures.get("block cache") > SIZE / 4, figures::toString);
        }
    }

    @Test
    void duckdb_says_that_its_tables_are_in_memory() throws Exception {
        try (Load load = Library.DUCKDB.open(folder, SIZE)) {
            assertFalse(load.ownFigures().containsKey("in memory table"));
            load.fill(NOBODY);
            assertTrue(load.ownFigures().get("in memory table") > SIZE / 2, load.ownFigures()::toString);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void an_allocator_inside_a_library_is_found(Library library) throws Exception {
        try (Load load = library.open(folder, SIZE)) {
            load.fill(NOBODY);
            MappedLibrary mapped = MappedLibrary.of(library);

            assertEquals(library == Library.DUCKDB ? "jemalloc" : "malloc", mapped.allocator());
            assertFalse(mapped.file().contains("musl"), mapped::toString);
        }
    }
}
