package org.arenascope.top;

/** A failure that is explained to the user in one message, without a stack trace. */
final class TopException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    TopException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
