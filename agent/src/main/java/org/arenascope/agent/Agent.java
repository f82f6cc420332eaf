package org.arenascope.agent;

import java.lang.instrument.Instrumentation;
import java.util.List;

import org.arenascope.MallocArena;

/**
 * Where the JVM starts the agent: puts the native methods of the packages that its argument names into malloc arenas,
 * with no other code. {@link ArgumentParser} has the argument's grammar.
 *
 * <p>It changes classes as they are loaded, and those that were loaded before it. Without support for arenas it warns
 * on {@link System#err}, and the application runs as if there were no agent.
 */
public final class Agent {
    private static boolean started;

    private Agent() {
    }

    /**
     * Starts the agent before the application, for {@code -javaagent}. If the argument is wrong, the JVM says so and
     * ends with exit code 1.
     *
     * @param argument what follows the jar and {@code =} in the option, or {@code null}
     * @param instrumentation the JVM's
     */
    public static void premain(String argument, Instrumentation instrumentation) {
        try {
            start(argument, instrumentation);
        } catch (ArgumentException e) {
            // Thrown on, it would become two stack traces and a core dump.
            Warnings.print(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Starts the agent in an application that runs already. If the argument is wrong, the application goes on without
     * it.
     *
     * @param argument what the attaching program gave, or {@code null}
     * @param instrumentation the JVM's
     * @throws IllegalArgumentException if the argument is wrong; the message says where and how
     */
    public static void agentmain(String argument, Instrumentation instrumentation) {
        try {
            start(argument, instrumentation);
        } catch (ArgumentException e) {
            Warnings.print(e.getMessage());
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    private static synchronized void start(String argument, Instrumentation instrumentation) throws ArgumentException {
        List<Entry> entries = ArgumentParser.parse(argument);
        if (started) {
            Warnings.print("the agent runs already, with its first argument; name all arenas there");
            return;
        }
        started = true;
        MallocArena[] arenas = new MallocArena[entries.size()];
        try {
            if (MallocArena.isSupported()) {
                for (int i = 0; i < arenas.length; i++) {
                    arenas[i] = createArena(entries.get(i));
                }
                Installation.install(instrumentation, entries, arenas);
            } else {
                Warnings.print("the agent does nothing: " + MallocArena.unsupportedReason().orElseThrow());
            }
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            Warnings.print("the agent does nothing: it could not be set up (" + e + ")");
            for (MallocArena arena : arenas) {
                if (arena != null) {
                    arena.close();
                }
            }
        }
    }

    private static MallocArena createArena(Entry entry) {
        MallocArena arena = MallocArena.create(entry.name());
        try {
            arena.limit(entry.limit());
            arena.inherit(entry.inherit());
        } catch (UnsupportedOperationException e) {
            Warnings.print(e.getMessage());
        }
        return arena;
    }
}
