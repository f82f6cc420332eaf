package org.arenascope.demo;

/** What the process's exit status says; the same numbers as in {@code --help}. */
final class ExitCode {

    static final int OK = 0;
    static final int HELD = 1;
    static final int USAGE = 2;
    static final int UNSUPPORTED = 3;
    static final int RUN = 4;

    private ExitCode() {
    }
}
