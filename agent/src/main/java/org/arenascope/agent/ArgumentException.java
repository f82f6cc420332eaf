package org.arenascope.agent;

/** The agent's argument is wrong. The message is for people: where, what was expected there, and an example. */
final class ArgumentException extends Exception {
    private static final long serialVersionUID = 1;

    ArgumentException(String message) {
        super(message);
    }
}
