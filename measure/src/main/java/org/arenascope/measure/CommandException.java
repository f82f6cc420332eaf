package org.arenascope.measure;

/** A failure that is explained to the user in one message, without a stack trace. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** A failure with one of the codes of {@link ExitCode}. */
    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What the process is to end with. */
    public int exitCode() {
        return exitCode;
    }
}
