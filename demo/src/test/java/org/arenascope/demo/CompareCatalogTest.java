package org.arenascope.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.arenascope.measure.ExitCode;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompareCatalogTest {

    private static final Path SMALL = Path.of("src/test/resources/catalog/small.yml");

    @TempDir
    private Path folder;

    @Test
    void the_index_answers_searches_after_the_application_has_freed_its_part() throws Exception {
        Path compressed = compress(Files.readAllBytes(SMALL));

        Cli cli = compare(compressed, "--query", "pictures candle", "--query", "zeppelin", "--format", "json");

        assertEquals(ExitCode.OK, cli.exit(), cli.err());
        Map<String, Object> json = JSON.std.mapFrom(cli.out());
        assertEquals("catalog", json.get("workload"));
        assertTrue(((Number) json.get("library_live_bytes")).longValue() > 0);
        List<?> searches = (List<?>) json.get("searches");
        assertEquals(List.of(Map.of("id", "org.example.Lantern", "name", "Lantern",
                "summary", "Look at pictures by candle light")), ((Map<?, ?>) searches.get(0)).get("results"));
        assertEquals(List.of(), ((Map<?, ?>) searches.get(1)).get("results"));
    }

    @Test
    void text_output_shows_the_searches_with_their_results() {
        Cli cli = compare(SMALL, "--query", "beads", "--query", "zeppelin",
                "--icons", "src/test/resources/catalog/icons", "--passes", "2");

        assertEquals(ExitCode.OK, cli.exit(), cli.err());
        assertTrue(cli.out().startsWith("catalog: 2 components with 1 icons, read 2 times\n"), cli.out());
        assertTrue(cli.out().contains("\n  beads\n    Abacus - Count with beads\n"), cli.out());
        assertTrue(cli.out().contains("\n  zeppelin\n    nothing in the catalog has these words\n"), cli.out());
    }

    @Test
    void a_file_that_is_not_there_is_named_with_the_way_to_get_one() {
        refused(Path.of("/nowhere/components.yml.gz"), "there is no file /nowhere/components.yml.gz. scripts/demo");
    }

    @Test
    void a_truncated_file_is_called_damaged() throws Exception {
        byte[] whole = Files.readAllBytes(compress(Files.readAllBytes(SMALL)));
        refused(write(Arrays.copyOf(whole, whole.length / 2)), "is damaged: Unexpected end of ZLIB input stream");
    }

    @Test
    void a_file_with_a_broken_middle_is_called_damaged() throws Exception {
        byte[] whole = Files.readAllBytes(compress(Files.readAllBytes(SMALL)));
        Arrays.fill(whole, 20, 40, (byte) 0xff);
        refused(write(whole), "is damaged: ");
    }

    @Test
    void a_file_of_something_else_is_refused() throws Exception {
        refused(write("key: [never closed".getBytes()), "is not YAML");
        refused(write("just: yaml\n".getBytes()), "holds no AppStream components");
        refused(folder, "it is a folder");
    }

    @Test
    void options_that_make_no_sense_are_refused() {
        refused(SMALL, "--passes must be from 1 to 100, not 0", "--passes", "0");
        refused(SMALL, "--icons: there is no folder /nowhere", "--icons", "/nowhere");
        refused(SMALL, "--query must have at least one word", "--query", " ");
        refused(SMALL, "--size is for --workload seed", "--size", "20m");
    }

    private static void refused(Path file, String message, String... more) {
        Cli cli = compare(file, more);
        assertEquals(ExitCode.USAGE, cli.exit(), cli.out());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains(message), cli.err());
        assertEquals(1, cli.err().lines().count(), cli.err());
    }

    private static Cli compare(Path file, String... more) {
        String[] common = {"compare", "--mode", "default", "--workload", "catalog", "--catalog", file.toString()};
        String[] all = Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return Cli.run(all);
    }

    private Path compress(byte[] content) throws IOException {
        Path file = folder.resolve("components.yml.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content);
        }
        return file;
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("content"), content);
    }
}
