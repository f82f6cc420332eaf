package org.arenascope.top;

/** What the process's exit status says; the same numbers as in {@code --help}. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NO_JVM = 3;
    static final int NOT_ALLOWED = 4;
    static final int NO_ARENAS = 5;
    static final int ENDED = 6;
    static final int NO_ATTACH_MODULE = 7;

    private ExitCode() {
    }
}
