package org.arenascope.demo;

/** A failure that is explained to the user in one message, without a stack trace. */
final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    DemoException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
