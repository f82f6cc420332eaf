package org.arenascope.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CatalogReaderTest {

    private static final Path FOLDER = Path.of("src/test/resources/catalog");

    private final List<Long> told = new ArrayList<>();
    private final Catalog catalog = new CatalogReader(FOLDER.resolve("icons"), (done, total) -> told.add(done))
            .read(List.of(FOLDER.resolve("small.yml")));

    @Test
    void a_component_is_known_by_its_english_texts_wherever_they_stand() {
        Catalog.Component lantern = catalog.component(0);

        assertEquals(2, catalog.components());
        assertEquals("org.example.Lantern", catalog.string(lantern.id()));
        assertEquals("Lantern", catalog.string(lantern.name()));
        assertEquals("Look at pictures by candle light", catalog.string(lantern.summary()));
        assertEquals("<p>Shows pictures, one after another.</p>", catalog.string(lantern.description()));
    }

    @Test
    void a_component_holds_all_its_keys_and_values_in_order() {
        Catalog.Component abacus = catalog.component(1);
        List<String> scalars = new ArrayList<>();
        for (int i = abacus.firstScalar(); i < abacus.endScalar(); i++) {
            scalars.add(catalog.string(i));
        }

        assertEquals(List.of("Type", "console-application", "ID", "org.example.Abacus", "Name", "C", "Abacus",
                "Summary", "C", "Count with beads"), scalars);
        assertEquals("", catalog.string(abacus.description()));
    }

    @Test
    void an_installed_icon_is_found_and_a_missing_one_is_none() {
        assertTrue(catalog.component(0).icon().endsWith("icons/testing/64x64/lantern.png"));
        assertEquals("", catalog.component(1).icon());
        assertEquals(1, catalog.icons());
    }

    @Test
    void a_saved_catalog_is_the_same_when_it_is_loaded(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("prepared");
        catalog.save(file);
        Catalog loaded = Catalog.load(file);

        assertEquals(catalog.scalars(), loaded.scalars());
        for (int i = 0; i < catalog.scalars(); i++) {
            assertEquals(catalog.string(i), loaded.string(i));
        }
        for (int i = 0; i < catalog.components(); i++) {
            assertEquals(catalog.component(i), loaded.component(i));
        }
    }

    @Test
    void whoever_watches_is_told_of_the_whole_file() throws Exception {
        assertEquals(java.nio.file.Files.size(FOLDER.resolve("small.yml")), told.get(told.size() - 1));
    }
}
