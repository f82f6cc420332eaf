package org.arenascope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The open scopes of one thread, innermost last. It knows nothing of the {@link ArenaScope} objects, they know it: so
 * nothing keeps a scope alive that its user forgot, and the JIT compiler can do without the object altogether.
 * Only its thread changes it.
 *
 * <p>An arena of an open scope is not retired, whether it is selected now or when the scopes in it end. For that, a
 * thread first enters the arena in its stack and then sees whether it is closed, and a thread that closes an arena
 * first says so and then looks into all stacks: one of them sees the other. A thread that closes a scope takes the
 * arena out and then sees whether it was closed meanwhile, to retire it.
 */
final class ScopeStack {
    private static final ThreadLocal<ScopeStack> STACKS = ThreadLocal.withInitial(ScopeStack::ofNewThread);
    private static final VarHandle ARENA = MethodHandles.arrayElementVarHandle(MallocArena[].class);

    /** The stacks of all threads that ever opened a scope and have not ended; guarded by {@link Retirement#LOCK}. */
    private static final Set<Reference<ScopeStack>> ALL = new HashSet<>();
    private static final ReferenceQueue<ScopeStack> GARBAGE = new ReferenceQueue<>();

    private final Thread thread = Thread.currentThread();
    /** What the thread had selected before its first scope, which it inherited; {@code null} for none of ours. */
    private final MallocArena inherited;
    private int depth;
    private long lastSerial;

    /** Of the scope at each depth: its number, unique on this thread, ... */
    private long[] serials = new long[4];
    /** ... the arena that was selected before it, ... */
    private long[] before = new long[4];
    /** ... and its own, which all threads may read. */
    private volatile MallocArena[] arenas = new MallocArena[4];
    private Opening[] openings = new Opening[4];

    private ScopeStack(MallocArena inherited) {
        this.inherited = inherited;
    }

    static ScopeStack ofCurrentThread() {
        return STACKS.get();
    }

    private static ScopeStack ofNewThread() {
        Retirement.LOCK.lock();
        try {
            ScopeStack stack = new ScopeStack(MallocArena.isSupported() ? MallocArena.ofHandle(selected()) : null);
            ALL.add(new WeakReference<>(stack, GARBAGE));
            for (Reference<?> gone = GARBAGE.poll(); gone != null; gone = GARBAGE.poll()) {
                ALL.remove(gone);
            }
            return stack;
        } finally {
            Retirement.LOCK.unlock();
        }
    }

    /** What this thread has selected. The lock keeps it in use for the moment that it is not. */
    private static long selected() {
        long selected = Shim.swap(0);
        if (selected != 0) {
            Shim.swap(selected);
        }
        return selected;
    }

    /** Whether a thread has {@code arena}, which is closed, in its stack. {@link Retirement#LOCK} is held. */
    static boolean anyHolds(MallocArena arena) {
        for (Reference<ScopeStack> reference : ALL) {
            ScopeStack stack = reference.get();
            if (stack != null && stack.holds(arena) && stack.thread.isAlive()) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(MallocArena arena) {
        if (inherited == arena) {
            return true;
        }
        MallocArena[] now = arenas;
        for (int i = 0; i < now.length; i++) {
            if (ARENA.getVolatile(now, i) == arena) {
                return true;
            }
        }
        return false;
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

    /**
     * Opens a scope at depth {@link #depth()}.
     *
     * @throws IllegalStateException if the arena is closed; no scope is open then
     */
    void push(MallocArena arena, long serial, Opening opening) {
        int d = depth;
        serials[d] = serial;
        openings[d] = opening;
        ARENA.setVolatile(arenas, d, arena);
        try {
            arena.requireOpen();
            before[d] = arena.isIsolated() ? Shim.swap(arena.handle()) : 0;
        } catch (Throwable e) {
            drop(d);
            throw e;
        }
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
        depth = d;
        drop(d);
    }

    /** The scope at depth {@code d}, if it ever was one, is none any longer. */
    private void drop(int d) {
        MallocArena arena = arenas[d];
        Opening opening = openings[d];
        ARENA.setVolatile(arenas, d, null);
        openings[d] = null;
        if (arena.isClosed()) {
            arena.retireUnlessSelected();
        }
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
