package org.arenascope.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;

import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * Where the Java library can unpack its C library, and what an application sees where it cannot.
 */
@Testcontainers
@ParameterizedClass(name = "JDK {0}")
@ValueSource(ints = {17, 21, 25})
class TemporaryFolderIT {
    @Container
    private final ImageContainer container;

    TemporaryFolderIT(int jdk) {
        this.container = ImageContainer.runtime(jdk)
                .withCopyToContainer(Built.tests("java"), "/tests")
                .withTmpFs(Map.of("/tiny", "rw,exec,mode=1777,size=16k", "/noexec", "rw,noexec,mode=1777",
                        "/readonly", "ro,exec,mode=1777", "/usable", "rw,exec,mode=1777"))
                .withWorkingDirectory("/tests");
    }

    /** A program of the library's tests that says what works, in a JVM that unpacks libraries in {@code folder}. */
    private Result run(String folder, String program) {
        return container.run("java", "--enable-native-access=ALL-UNNAMED", "-Djna.tmpdir=" + folder,
                "-cp", "test-classes:lib/*", "org.arenascope." + program);
    }

    private void assertUnsupported(String folder) {
        Result result = run(folder, "LoadingTest$Program");

        assertEquals(0, result.exitCode(), result::toString);
        assertTrue(result.output().contains("unsupported: libarenascope.so cannot be loaded"), result::toString);
        assertTrue(result.output().contains("-Djna.tmpdir=FOLDER"), result::toString);
        assertTrue(result.output().endsWith("the application goes on\n"), result::toString);
    }

    @Test
    void aFolderWithNoSpaceForTheLibraryIsAReason() {
        assertUnsupported("/tiny");
    }

    @Test
    void aFolderFromWhichNothingCanBeLoadedIsAReason() {
        assertUnsupported("/noexec");
    }

    @Test
    void aReadOnlyFolderIsAReason() {
        assertUnsupported("/readonly");
    }

    @Test
    void aFolderOfAnotherUserIsAReason() {
        assertUnsupported("/root");
    }

    @Test
    void theFolderThatTheReasonAsksForIsUsed() {
        Result result = run("/usable", "BindingTest$Program");

        assertEquals(0, result.exitCode(), result::toString);
        assertEquals("MEMORY\n", result.output(), result::toString);
    }
}
