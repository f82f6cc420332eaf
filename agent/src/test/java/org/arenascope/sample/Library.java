package org.arenascope.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Has a copy of {@code libsample.so} for each class loader: the JVM loads a file for one of them only. */
public final class Library {
    private static final Path COPY = copy();

    private Library() {
    }

    private static Path copy() {
        try {
            Path copy = Files.createTempFile("sample", ".so");
            copy.toFile().deleteOnExit();
            return Files.write(copy, Files.readAllBytes(Path.of(System.getProperty("sample.library"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String path() {
        return COPY.toString();
    }
}
