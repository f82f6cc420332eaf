package org.arenascope.images;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

import org.testcontainers.utility.MountableFile;

/** What the build of the other modules left, for containers to run. */
final class Built {
    private static final Path ROOT = Path.of(System.getProperty("arenascope.root"));

    private Built() {
    }

    /** A module's own tests, with all that they need in {@code lib}. */
    static MountableFile tests(String module) {
        return file(module, "container-tests");
    }

    static MountableFile file(String module, String name) {
        Path file = ROOT.resolve(module).resolve("target").resolve(name);
        assertTrue(Files.exists(file), () -> "build the modules first: there is no " + file);
        return MountableFile.forHostPath(file);
    }
}
