package org.arenascope.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.FreshJvm;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompareSeedTest {

    private static final String SIZE = "20m";
    private static final long MEGABYTE = 1_000_000;

    @Test
    void text_output_has_a_row_for_the_mode_and_a_sentence_with_its_figures() {
        Cli cli = Cli.run("compare", "--mode", "default", "--size", SIZE);

        assertEquals(ExitCode.OK, cli.exit(), cli.err());
        assertEquals("", cli.err());
        assertTrue(cli.out().contains("20.0 MB in 39,062 blocks of 512 bytes, 5 % of them netio's"), cli.out());
        assertTrue(cli.out().lines().anyMatch(line -> line.matches(
                "\\| default( \\| +\\d+\\.\\d){5} \\| +\\d+\\.\\d\\d \\|")), cli.out());
        assertTrue(cli.out().replace('\n', ' ').matches(
                ".*still holds \\d+\\.\\d MB of \\d+\\.\\d MB without arenas, for 1\\.0 MB alive in the library\\..*"),
                cli.out());
    }

    @Test
    void json_output_is_one_object_with_the_documented_fields_and_nothing_else() throws Exception {
        Cli cli = Cli.run("compare", "--mode", "default", "--size", SIZE, "--format", "json", "--malloc-stats");

        assertEquals(ExitCode.OK, cli.exit(), cli.err());
        assertEquals(1, cli.out().lines().count());
        Map<String, Object> json = JSON.std.mapFrom(cli.out());
        assertEquals("seed", json.get("workload"));
        assertEquals(39_062 * 5 / 100 * 512, json.get("library_live_bytes"));
        Map<?, ?> modes = (Map<?, ?>) json.get("modes");
        assertEquals(Set.of("default"), modes.keySet());
        Map<?, ?> mode = (Map<?, ?>) modes.get("default");
        assertTrue(((Number) mode.get("seconds")).doubleValue() > 0);
        Map<?, ?> rss = (Map<?, ?>) mode.get("rss");
        assertEquals(List.of("baseline", "allocated", "freed", "trimmed"), List.copyOf(rss.keySet()));
        long baseline = ((Number) rss.get("baseline")).longValue();
        long allocated = ((Number) rss.get("allocated")).longValue();
        assertTrue(baseline > 10 * MEGABYTE, "absolute, and a JVM is larger than that: " + baseline);
        assertTrue(allocated - baseline > 19 * MEGABYTE, "the load is 20 MB: " + (allocated - baseline));
        assertTrue(cli.err().contains("malloc's own account, mode default:"), cli.err());
    }

    @Test
    void a_small_share_of_library_blocks_holds_the_whole_heap_of_a_process_without_arenas() throws Exception {
        Cli cli = Cli.run("compare", "--mode", "default", "--size", "50m", "--format", "json");

        Map<?, ?> modes = (Map<?, ?>) JSON.std.mapFrom(cli.out()).get("modes");
        Map<?, ?> rss = (Map<?, ?>) ((Map<?, ?>) modes.get("default")).get("rss");
        long held = ((Number) rss.get("freed")).longValue() - ((Number) rss.get("baseline")).longValue();
        assertTrue(held > 45 * MEGABYTE, "held " + held);
    }

    @Test
    void verbose_shows_the_command_of_each_run() {
        Cli cli = Cli.run("compare", "--mode", "default", "--size", SIZE, "--verbose");

        assertTrue(cli.err().contains("-XX:+AlwaysPreTouch"), cli.err());
        assertTrue(cli.err().contains("run --mode default --size 20000000"), cli.err());
    }

    @Tag("stock")
    @ParameterizedTest
    @ValueSource(strings = {"arena", "arena-app"})
    void a_mode_that_needs_arenas_says_on_a_stock_glibc_what_to_do(String mode) {
        Cli cli = Cli.run("compare", "--mode", "default", "--mode", mode);

        assertEquals(ExitCode.UNSUPPORTED, cli.exit());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("scripts/demo"), cli.err());
        assertTrue(cli.err().contains("--mode default"), cli.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --size 20x                     | '20x' is no size
            --size -5                      | '-5' is no size
            --size 99999999999999g         | '99999999999999g' is more than any machine has
            --size 1k                      | --size must hold at least 100 blocks, 51200 bytes here, not 1000
            --size 900g --block-size 64    | --size must hold at most 500000000 blocks
            --block-size 32                | --block-size must be from 64 bytes
            --library-share 0              | --library-share must be from 1 to 99 per cent, not 0
            --library-share 100            | --library-share must be from 1 to 99 per cent, not 100
            --library-share many           | 'many' is not an int
            --mode none                    | 'none' is no mode; there are default, arena and arena-app
            --format xml                   | --format
            --workload none                | --workload
            --passes 2                     | --passes is for --workload catalog; this is --workload seed
            surprise                       | surprise
            """)
    void a_wrong_command_line_is_refused_with_what_is_wrong(String arguments, String message) {
        Cli cli = Cli.run(("compare --mode default " + arguments).split(" "));

        assertEquals(ExitCode.USAGE, cli.exit());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains(message), cli.err());
        assertTrue(cli.err().lines().count() <= 2, cli.err());
    }

    @Test
    void help_names_each_exit_status_and_the_flags_of_the_runs() {
        Cli cli = Cli.run("compare", "--help");

        assertEquals(ExitCode.OK, cli.exit());
        for (int status = ExitCode.OK; status <= ExitCode.RUN; status++) {
            assertTrue(cli.out().contains("\n  " + status + "  "), cli.out());
        }
        assertTrue(cli.out().contains(FreshJvm.FLAGS_1), cli.out());
        assertTrue(cli.out().lines().allMatch(line -> line.length() <= 100), cli.out());
    }
}
