package org.arenascope.sample;

/** Says where {@code libsample.so} is. The JVM loads a file for one class loader only, so each wants a copy. */
public final class Library {
    private Library() {
    }

    public static String path() {
        return System.getProperty("sample.library");
    }
}
