package org.arenascope.images;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * What a user of the images finds in them.
 */
@Testcontainers
@ParameterizedClass(name = "JDK {0}")
@ValueSource(ints = {17, 21, 25})
class RuntimeImageIT {
    private final int jdk;

    @Container
    private final ImageContainer container;

    RuntimeImageIT(int jdk) {
        this.jdk = jdk;
        this.container = ImageContainer.runtime(jdk);
    }

    @Test
    void javaRunsWithNoWrapper() {
        Result result = container.run("java", "-version");

        assertEquals(0, result.exitCode(), result::toString);
        assertTrue(result.errors().contains("openjdk version \"" + jdk + "."), result::toString);
    }

    @Test
    void javaIsTheProgramItselfAndFindsTheLibraryWithNoPathOrPreload() {
        Result program = container.run("sh", "-c", "head -c 4 \"$(readlink -f \"$(command -v java)\")\" | tail -c 3");
        Result environment = container.run("env");
        Result preloads = container.run("cat", "/etc/ld.so.preload");

        assertEquals("ELF", program.output(), program::toString);
        assertTrue(environment.outputLines().stream().noneMatch(line -> line.startsWith("LD_")), environment::toString);
        assertNotEquals(0, preloads.exitCode(), preloads::toString);
    }

    @Test
    void theSystemsLibraryLoaderAndToolsAreOurs() {
        assertAll(
                () -> assertNamesArenaScope("ldd", "--version"),
                () -> assertNamesArenaScope("ld.so", "--version"),
                () -> assertNamesArenaScope("getent", "--version"),
                () -> assertNamesArenaScope("sh", "-c", "$(ldconfig -p | sed -n 's/.*libc.so.6 .*=> //p')"));
    }

    private void assertNamesArenaScope(String... command) {
        Result result = container.run(command);
        assertTrue(result.exitCode() == 0 && result.outputLines().get(0).contains("ArenaScope"), result::toString);
    }

    @Test
    void theUserIsNotRoot() {
        Result result = container.run("id", "--user");

        assertNotEquals("0", result.output().strip(), result::toString);
    }

    @Test
    void aptInstallsPackagesAndIsHeldBackFromTheLibrary() {
        Result held = container.run("apt-mark", "showhold");
        Result installed = container.runAsRoot("sh", "-c",
                "apt-get update && apt-get --yes --no-install-recommends install hello && hello");

        assertTrue(held.outputLines().containsAll(List.of("libc6", "libc-bin")), held::toString);
        assertEquals(0, installed.exitCode(), installed::toString);
        assertNamesArenaScope("ldd", "--version");
    }
}
