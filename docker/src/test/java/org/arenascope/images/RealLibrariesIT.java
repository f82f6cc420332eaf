package org.arenascope.images;

import static org.arenascope.images.Comparison.megabytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real libraries with nothing of ArenaScope but the agent on the command line: opened, filled, asked and closed.
 */
@ParameterizedClass(name = "JDK {0}")
@ValueSource(ints = {17, 21, 25})
class RealLibrariesIT {
    /** The first one as it is delivered, the other in front of it on the class path. */
    private static final String CLASS_PATH = "/program/arenascope-libraries.jar";
    private static final String WITH_MALLOC_DUCKDB = "/program/duckdb-with-malloc.jar:" + CLASS_PATH;

    /** In bytes, what a library may keep for the next time. */
    private static final long SMALL = 100_000;

    /** One for all libraries, as it takes a while to copy them. */
    private static ImageContainer container;

    @Parameter
    private int jdk;

    @BeforeParameterizedClassInvocation
    static void start(int jdk) {
        container = ImageContainer.runtime(jdk)
                .withCopyToContainer(Built.file("libraries", "program"), "/program");
        container.start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        container.stop();
    }

    /** Its pool of threads outlives the database, and stays in the arena. */
    @Test
    void rocksdbIsInItsArenaWithItsThreadsAndGivesItsMemoryBack() throws Exception {
        JsonNode cycle = lastCycle(CLASS_PATH, "rocksdb", "org.rocksdb.**");

        assertIsolated(cycle, megabytes(4));
        assertGivenBack(cycle);
        assertTrue(threads(cycle, "loaded") > 0, cycle::toString);
        assertEquals(cycle.required("collected").required("named_threads").asLong(), threads(cycle, "collected"),
                cycle::toString);
    }

    @Test
    void sqliteIsInItsArenaAndGivesItsMemoryBack() throws Exception {
        JsonNode cycle = lastCycle(CLASS_PATH, "sqlite", "org.sqlite.**");

        assertIsolated(cycle, megabytes(12));
        assertGivenBack(cycle);
        assertEquals(0, threads(cycle, "loaded"), cycle::toString);
        assertEquals(0, threads(cycle, "collected"), cycle::toString);
    }

    /** Its tables are with an allocator of its own, so that only the rest is in the arena. */
    @Test
    void duckdbIsInItsArenaWithItsThreadsBesideItsOwnAllocator() throws Exception {
        JsonNode cycle = lastCycle(CLASS_PATH, "duckdb", "org.duckdb.**");

        assertIsolated(cycle, megabytes(2));
        assertTrue(ownFigure(cycle) > 2 * inUse(cycle, "loaded"), cycle::toString);
        assertEquals(inUse(cycle, "before"), inUse(cycle, "collected"), SMALL, cycle::toString);
        assertThreadsCameAndWent(cycle);
    }

    @Test
    void duckdbThatAsksMallocIsInItsArenaAsAWholeAndGivesItsMemoryBack() throws Exception {
        JsonNode cycle = lastCycle(WITH_MALLOC_DUCKDB, "duckdb", "org.duckdb.**");

        assertIsolated(cycle, megabytes(12));
        assertTrue(ownFigure(cycle) <= inUse(cycle, "loaded"), cycle::toString);
        assertGivenBack(cycle);
        assertThreadsCameAndWent(cycle);
    }

    @Test
    void zstdIsInItsArenaWithItsThreadsAndGivesItsMemoryBack() throws Exception {
        JsonNode cycle = lastCycle(CLASS_PATH, "zstd", "com.github.luben.zstd.**");

        assertIsolated(cycle, megabytes(12));
        assertGivenBack(cycle);
        assertThreadsCameAndWent(cycle);
    }

    private JsonNode lastCycle(String classPath, String library, String pattern) throws Exception {
        List<String> command = new ArrayList<>(List.of("java",
                "-javaagent:/opt/arenascope/arenascope-agent.jar=" + library + "=" + pattern));
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:NativeMemoryTracking=summary", "-cp", classPath, "org.arenascope.libraries.Main", "cycles",
                "--library", library, "--size", "16m", "--cycles", "1"));
        Result result = container.run(command.toArray(String[]::new));

        assertEquals(0, result.exitCode(), result::toString);
        return new ObjectMapper().readTree(result.output()).required("cycles").required(0);
    }

    /** What the library took lies in its arena, and in no other one: there the JVM obtains what it needs for itself. */
    private static void assertIsolated(JsonNode cycle, long least) {
        long grown = inUse(cycle, "loaded") - inUse(cycle, "before");
        long outside = growth(cycle, "outside");
        long jvm = Math.max(0, growth(cycle, "jvm"));
        assertTrue(grown >= least, () -> "its arena grew by " + grown + " bytes: " + cycle);
        assertTrue(outside <= grown / 4 + jvm,
                () -> "the others grew by " + outside + " bytes, the JVM by " + jvm + ": " + cycle);
    }

    private static long growth(JsonNode cycle, String what) {
        return cycle.required("loaded").required(what).asLong() - cycle.required("before").required(what).asLong();
    }

    private static void assertGivenBack(JsonNode cycle) {
        long used = inUse(cycle, "collected");
        long resident = resident(cycle, "collected");
        assertTrue(used <= inUse(cycle, "before") + SMALL, () -> used + " bytes in use: " + cycle);
        assertTrue(resident <= megabytes(3) && resident <= resident(cycle, "loaded") / 2,
                () -> resident + " bytes resident: " + cycle);
    }

    /** The library's own threads were in the arena, and nobody is left in it. */
    private static void assertThreadsCameAndWent(JsonNode cycle) {
        assertTrue(threads(cycle, "loaded") > 0, cycle::toString);
        assertEquals(0, threads(cycle, "collected"), cycle::toString);
    }

    private static JsonNode arena(JsonNode cycle, String moment) {
        return cycle.required(moment).required("arena");
    }

    private static long inUse(JsonNode cycle, String moment) {
        return arena(cycle, moment).required("in_use").asLong();
    }

    private static long threads(JsonNode cycle, String moment) {
        return arena(cycle, moment).required("threads").asLong();
    }

    private static long resident(JsonNode cycle, String moment) {
        return arena(cycle, moment).required("system").asLong() - arena(cycle, moment).required("returned").asLong();
    }

    private static long ownFigure(JsonNode cycle) {
        long sum = 0;
        for (JsonNode bytes : cycle.required("loaded").required("own")) {
            sum += bytes.asLong();
        }
        return sum;
    }
}
