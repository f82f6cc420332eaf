package org.arenascope.images;

import static org.arenascope.images.Comparison.megabytes;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;

import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The C program {@code netio-demo}, linked against the patched glibc: 200 MB in blocks of 512 bytes, 190 MB of which
 * the program frees. Sizes are the process's whole resident size.
 */
@Testcontainers
class CProgramIT {
    @Container
    private final ImageContainer container = ImageContainer.runtime(21);

    @Test
    void onTheDefaultArenasTheMemoryStaysAfterItWasFreed() throws Exception {
        Comparison.Mode mode = run("default", "main", Map.of());

        assertAtLeast(megabytes(195), mode.freed());
    }

    @Test
    void withTheLibraryInAnArenaTheMainThreadsMemoryReturnsWithNoTrim() throws Exception {
        Comparison.Mode mode = run("arena", "main", Map.of());

        assertAtMost(megabytes(16), mode.freed());
    }

    @Test
    void withTheProgramInAnArenaTooASecondThreadsMemoryReturnsWithNoTrim() throws Exception {
        Comparison.Mode mode = run("arena-app", "second", Map.of());

        assertAtMost(megabytes(16), mode.freed());
    }

    @Test
    void withMemoryReturnSwitchedOnASecondThreadsDefaultArenaGivesItsMemoryBackToo() throws Exception {
        Comparison.Mode mode = run("arena", "second", Map.of("GLIBC_TUNABLES", "glibc.malloc.arena_return=1"));

        assertAtMost(megabytes(16), mode.freed());
    }

    @Test
    void aStockLoaderRefusesTheProgramAndNamesWhatIsMissing() {
        try (ImageContainer stock = ImageContainer.stock()) {
            stock.start();
            container.copyTo(stock, Path.of("/usr/local/bin/netio-demo"), 0755);
            container.copyTo(stock, Path.of("/usr/local/lib/libnetio.so"), 0755);

            Result result = stock.run("/usr/local/bin/netio-demo", "--mode", "default");

            assertAll(
                    () -> assertNotEquals(0, result.exitCode(), result::toString),
                    () -> assertEquals("", result.output(), result::toString),
                    () -> assertTrue(result.errors().contains("`GLIBC_ARENA_1.0' not found"), result::toString));
        }
    }

    private Comparison.Mode run(String mode, String thread, Map<String, String> environment) throws Exception {
        Result result = container.run(environment,
                "netio-demo", "--mode", mode, "--thread", thread, "--format", "json");
        assertEquals(0, result.exitCode(), result::toString);
        return Comparison.parse(result.output()).mode(mode);
    }

    private static void assertAtLeast(long limit, long bytes) {
        assertTrue(bytes >= limit, () -> bytes + " bytes are resident after the free, not " + limit + " or more");
    }

    private static void assertAtMost(long limit, long bytes) {
        assertTrue(bytes <= limit, () -> bytes + " bytes are resident after the free, not " + limit + " or less");
    }
}
