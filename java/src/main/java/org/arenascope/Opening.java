package org.arenascope;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a scope was opened, kept only while scopes are {@linkplain #TRACED traced}; and, should nobody close the scope
 * before it is garbage, the one who reports it.
 */
final class Opening {
    private static final String PROPERTY = "org.arenascope.trace";

    /** A place costs a stack trace, so there are places only where somebody looks for faults. */
    static final boolean TRACED = Opening.class.desiredAssertionStatus() || Boolean.getBoolean(PROPERTY);

    private static final Set<String> OURS = Set.of(
            Opening.class.getName(), ArenaScope.class.getName(), MallocArena.class.getName());

    /** A field, since the JIT compiler inlines no method of a {@code Throwable}, and scopes have to be inlined. */
    private final Throwable trace;
    private final Cleaner.Cleanable report;
    /** False from the moment that the scope is about to open. */
    volatile boolean closed = true;

    private Opening(MallocArena arena, ArenaScope scope) {
        trace = new Throwable("malloc arena '" + arena.name() + "', on thread '" + Thread.currentThread().getName()
                + "'");
        report = scope == null ? null : Reporter.CLEANER.register(scope, this::reportUnlessClosed);
    }

    /**
     * The place from which this is called, or {@code null} if scopes are not traced.
     *
     * @param scope the scope to report if it becomes garbage before it is closed, or {@code null}
     */
    static Opening of(MallocArena arena, ArenaScope scope) {
        return TRACED ? new Opening(arena, scope) : null;
    }

    /** The place of {@code opening}, which may be {@code null}, in an exception's message. */
    static String describe(Opening opening) {
        return opening == null
                ? "at a place that is known with assertions on (-ea) or with -D" + PROPERTY + "=true"
                : "at " + opening.place();
    }

    static void closed(Opening opening) {
        if (opening != null) {
            opening.closed = true;
            if (opening.report != null) {
                opening.report.clean();
            }
        }
    }

    /** The JVM leaves a stack trace empty that it has no memory for. */
    private String place() {
        StackTraceElement[] frames = trace.getStackTrace();
        for (StackTraceElement frame : frames) {
            if (!OURS.contains(frame.getClassName())) {
                return frame.toString();
            }
        }
        return frames.length == 0 ? "a place that there was no memory to note" : frames[frames.length - 1].toString();
    }

    private void reportUnlessClosed() {
        if (!closed && Reporter.PLACES.add(place())) {
            Reporter.LOGGER.log(System.Logger.Level.WARNING, "a scope was never closed: " + trace.getMessage()
                    + ", opened " + describe(this) + "; open scopes in a try-with-resources statement", trace);
        }
    }

    private static final class Reporter {
        static final Cleaner CLEANER = Cleaner.create();
        static final System.Logger LOGGER = System.getLogger("org.arenascope");
        /** Those reported already: a fault in a loop is one fault. */
        static final Set<String> PLACES = ConcurrentHashMap.newKeySet();
    }
}
