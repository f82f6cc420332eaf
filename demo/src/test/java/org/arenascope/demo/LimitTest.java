package org.arenascope.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.arenascope.measure.ExitCode;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LimitTest {

    @Tag("stock")
    @Test
    void on_a_stock_glibc_it_says_what_to_do() {
        Cli cli = Cli.run("limit");

        assertEquals(ExitCode.UNSUPPORTED, cli.exit());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("malloc_arena_new"), cli.err());
        assertTrue(cli.err().contains("docker run --rm arenascope-demo:jdk21 limit"), cli.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --limit 1m      | --limit must be from 2m to 1g, not 1000000
            --limit 2g      | --limit must be from 2m to 1g, not 2000000000
            --limit -5      | '-5' is no size
            --format xml    | --format
            surprise        | surprise
            """)
    void a_wrong_command_line_is_refused_with_what_is_wrong(String arguments, String message) {
        Cli cli = Cli.run(("limit " + arguments).split(" "));

        assertEquals(ExitCode.USAGE, cli.exit());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains(message), cli.err());
    }

    @Test
    void help_names_each_exit_status_and_step() {
        Cli cli = Cli.run("limit", "--help");

        assertEquals(ExitCode.OK, cli.exit());
        for (int status = ExitCode.OK; status <= ExitCode.RUN; status++) {
            assertTrue(cli.out().contains("\n  " + status + "  "), cli.out());
        }
        for (String step : new String[] {"opened", "full", "raised", "closed"}) {
            assertTrue(cli.out().contains("\n  " + step + "  "), cli.out());
        }
        assertTrue(cli.out().lines().allMatch(line -> line.length() <= 100), cli.out());
    }
}
