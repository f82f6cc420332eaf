package org.arenascope;

import java.util.Arrays;

/**
 * The open scopes of one thread, innermost last. It knows nothing of the {@link ArenaScope} objects, they know it: so
 * nothing keeps a scope alive that its user forgot, and the JIT compiler can do without the object altogether.
 * Only its thread changes it.
 */
final class ScopeStack {
    private static final ThreadLocal<ScopeStack> STACKS = ThreadLocal.withInitial(ScopeStack::new);

    private final Thread thread = Thread.currentThread();
    private int depth;
    private long lastSerial;

    /** Of the scope at each depth: its number, unique on this thread, ... */
    private long[] serials = new long[4];
    /** ... the arena that was selected before it, ... */
    private long[] before = new long[4];
    private MallocArena[] arenas = new MallocArena[4];
    private Opening[] openings = new Opening[4];

    private ScopeStack() {
    }

    static ScopeStack ofCurrentThread() {
        return STACKS.get();
    }

    int depth() {
        return depth;
    }

    /** Makes room for one more scope, and returns the number to {@link #push} it with. */
    long reserve() {
        if (depth == serials.length) {
            grow();
        }
        return ++lastSerial;
    }

    /** Opens a scope at depth {@link #depth()}. */
    void push(MallocArena arena, long serial, Opening opening) {
        int d = depth;
        serials[d] = serial;
        arenas[d] = arena;
        openings[d] = opening;
        before[d] = arena.isIsolated() ? Shim.swap(arena.handle()) : 0;
        depth = d + 1;
    }

    /**
     * Closes the scope that was pushed as {@code serial} at depth {@code at}; nothing happens if it is no longer open.
     *
     * @throws IllegalStateException if this is not its thread, or it is not the innermost one
     */
    void pop(MallocArena arena, int at, long serial, Opening opening) {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a scope is closed by the thread that opened it: this one, of malloc arena"
                    + " '" + arena.name() + "', was opened on thread '" + thread.getName() + "' "
                    + Opening.describe(opening) + ", and thread '" + Thread.currentThread().getName()
                    + "' tried to close it");
        }
        if (at >= depth || serials[at] != serial) {
            return;
        }
        if (at != depth - 1) {
            throw new IllegalStateException("scopes are closed in the reverse of the order in which they were opened:"
                    + " the one of malloc arena '" + arena.name() + "', opened " + Opening.describe(opening)
                    + ", cannot be closed before the one of malloc arena '" + arenas[depth - 1].name() + "', opened "
                    + Opening.describe(openings[depth - 1]) + ", both on thread '" + thread.getName() + "'");
        }
        popInnermost();
    }

    /** Closes all scopes but the outermost {@code keep}; what was left open, for an exception's message, or null. */
    String unwind(int keep) {
        StringBuilder left = null;
        while (depth > keep) {
            left = left == null ? new StringBuilder() : left.append(", ");
            left.append("of malloc arena '").append(arenas[depth - 1].name()).append("', opened ")
                    .append(Opening.describe(openings[depth - 1]));
            popInnermost();
        }
        return left == null ? null : left.toString();
    }

    private void popInnermost() {
        int d = depth - 1;
        if (arenas[d].isIsolated()) {
            Shim.swap(before[d]);
        }
        Opening opening = openings[d];
        arenas[d] = null;
        openings[d] = null;
        depth = d;
        Opening.closed(opening);
    }

    private void grow() {
        int length = depth * 2;
        long[] newSerials = Arrays.copyOf(serials, length);
        long[] newBefore = Arrays.copyOf(before, length);
        MallocArena[] newArenas = Arrays.copyOf(arenas, length);
        Opening[] newOpenings = Arrays.copyOf(openings, length);
        serials = newSerials;
        before = newBefore;
        arenas = newArenas;
        openings = newOpenings;
    }
}
