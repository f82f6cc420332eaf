package org.arenascope.measure;

/** What the process's exit status says; the same numbers as in {@code --help}. */
public final class ExitCode {

    /** All went as it should. */
    public static final int OK = 0;
    /** It ran to its end, and a promise was not kept. */
    public static final int HELD = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** The process has no arenas. */
    public static final int UNSUPPORTED = 3;
    /** It could not be run to its end. */
    public static final int RUN = 4;

    private ExitCode() {
    }
}
