package org.arenascope.agent;

/**
 * What the agent has to say, on {@link System#err}: a logger would be set up before the application could configure
 * it.
 */
final class Warnings {
    private Warnings() {
    }

    static void print(String message) {
        System.err.println("arenascope-agent: " + message);
    }

    /** The class stays as it is. */
    static void notInstrumented(String className, Throwable reason) {
        print("class " + className + " stays as it is, and its native methods are called in no arena: " + reason);
    }
}
