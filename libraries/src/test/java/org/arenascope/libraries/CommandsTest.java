package org.arenascope.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

import org.arenascope.measure.CommandLines;
import org.arenascope.measure.ExitCode;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return CommandLines.of(new Main(), new PrintWriter(out, true), new PrintWriter(err, true)).execute(arguments);
    }

    private Map<String, Object> json() throws IOException {
        return JSON.std.mapFrom(out.toString());
    }

    @Test
    void cycles_shows_each_step_of_each_cycle() throws IOException {
        assertEquals(ExitCode.OK, run("cycles", "--library", "sqlite", "--size", "2m", "--cycles", "2", "--trim"),
                err::toString);

        List<?> cycles = (List<?>) json().get("cycles");
        assertEquals(2, cycles.size());
        assertEquals(List.of("before", "opened", "loaded", "closed", "collected", "trimmed"),
                List.copyOf(((Map<?, ?>) cycles.get(1)).keySet()));
    }

    @Test
    void service_shows_the_resident_size_after_each_database() throws IOException {
        assertEquals(ExitCode.OK, run("service", "--library", "sqlite", "--size", "1m", "--databases", "3"),
                err::toString);

        List<?> resident = (List<?>) json().get("rss");
        assertEquals(3, resident.size());
        assertTrue(resident.stream().allMatch(bytes -> ((Number) bytes).longValue() > 1_000_000), resident::toString);
    }

    @Test
    void bench_without_an_agent_says_how_to_get_one() {
        assertEquals(ExitCode.USAGE, run("bench", "--agent", "/nowhere/agent.jar"));
        assertTrue(err.toString().contains("/nowhere/agent.jar") && err.toString().contains("scripts/bench java"),
                err::toString);
    }

    @Test
    void bench_refuses_items_that_it_has_not() {
        assertEquals(ExitCode.USAGE, run("bench", "--items", "15"));
        assertTrue(err.toString().contains("'15'"), err::toString);
    }

    @Test
    void a_library_without_single_records_cannot_be_read() {
        assertEquals(ExitCode.USAGE, run("reads", "--library", "zstd", "--size", "1m"));
        assertTrue(err.toString().contains("zstd"), err::toString);
    }

    @Test
    void only_sqlite_can_be_read_in_memory() {
        assertEquals(ExitCode.USAGE, run("reads", "--library", "rocksdb", "--size", "1m", "--in-memory"));
        assertTrue(err.toString().contains("rocksdb"), err::toString);
    }
}
