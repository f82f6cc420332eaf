package org.arenascope;

/**
 * The time during which a thread obtains its native memory from a {@link MallocArena}: from
 * {@link MallocArena#enter()}, on that thread, to {@link #close()}.
 *
 * <p>A scope is made for a try-with-resources statement:
 *
 * <pre>{@code
 *     try (ArenaScope scope = netio.enter()) {
 *         NetIo.process(element);
 *     }
 * }</pre>
 *
 * <p><b>What is in a scope.</b> Every block that the thread obtains from malloc while the scope is its innermost one,
 * whoever asks for it: the library that is called, the C library on its behalf, the JVM, other native code that is
 * called in between. Nothing of what other threads obtain, threads that the library starts included, unless the arena
 * is {@linkplain MallocArena#inherit inherited}. Freeing has nothing to do with scopes: a block can be freed at any
 * time, from any thread, and goes back to the arena that it came from.
 *
 * <p><b>Order.</b> Scopes of one thread nest, each other's or the same arena's, and are closed in the reverse of the
 * order in which they were opened. Closing a scope selects what was selected when it was opened. An exception that
 * leaves the statement closes its scope like the normal end does.
 *
 * <p><b>Confinement.</b> A scope belongs to the thread that opened it and cannot be closed by another one. If that
 * thread ends with the scope open, the selection ends with the thread.
 *
 * <p><b>Faults.</b> A scope closed by the wrong thread or out of order gets an {@link IllegalStateException} that says
 * which scope was opened where, and everything stays selected as it was. A scope that is never closed keeps its thread
 * in the arena; it is reported once it is garbage, as a warning of the {@linkplain System#getLogger(String) logger}
 * {@code org.arenascope}, once for each place where such scopes were opened. Places cost time, so they are kept, and
 * forgotten scopes are looked for, only with assertions enabled for this package ({@code -ea}) or with the system
 * property {@code org.arenascope.trace} set to {@code true}.
 *
 * <p><b>Errors.</b> A scope that could be opened can be closed: where the stack is too full for both, opening throws
 * the {@link StackOverflowError}, and closing needs no room on the Java heap.
 *
 * <p><b>Cost.</b> A word of memory read and written twice, or two calls of a short native function, by the {@link
 * Binding} in use. Once it is compiled, a scope makes no object; but on JDKs before 22 it makes one with the Z garbage
 * collector, or if it is nested and makes calls, if what it is opened around can throw. The scopes of {@link
 * MallocArena#call call} never do.
 *
 * <p>All methods may be called from any thread; {@code close} does nothing on a wrong one but to throw.
 */
public final class ArenaScope implements AutoCloseable {
    private final MallocArena arena;
    private final ScopeStack stack;
    private final int depth;
    private final long mark;
    private final long before;
    private final long selected;
    private final Opening opening;

    /** Opens a scope on the current thread, whose stack is {@code stack}. */
    ArenaScope(MallocArena arena, ScopeStack stack) {
        this.arena = arena;
        this.stack = stack;
        depth = stack.depth();
        opening = Opening.of(arena, this);
        mark = stack.push(arena, opening);
        before = stack.before(depth);
        selected = stack.selected(depth);
    }

    /**
     * Returns the arena that this scope selects.
     *
     * @return the arena, closed or not
     */
    public MallocArena arena() {
        return arena;
    }

    /**
     * Ends this scope and selects what was selected before it. Does nothing if the scope was closed already, here or
     * by {@link MallocArena#call call} at the end of the work that opened it.
     *
     * @throws IllegalStateException if the current thread is not the one that opened this scope, or has opened a
     *         scope since then that is still open, be it with a copy of this library in another class loader; this
     *         scope then stays open, and nothing has changed
     */
    @Override
    public void close() {
        close(this);
    }

    /**
     * Apart, for {@link #close()} to have 6 bytes: C2 before JDK 22 inlines no more in an exception handler that never
     * ran, and this object would have to exist for the call. It must also have at most 625 bytes when it is compiled
     * by itself, so there is little in this.
     */
    private static void close(ArenaScope scope) {
        ScopeStack stack = scope.stack;
        if (!stack.pop(scope.depth, scope.mark, scope.before, scope.selected)) {
            stack.close(scope.arena, scope.depth, scope.mark, scope.opening);
        }
    }

    /**
     * Returns a description of this scope.
     *
     * @return the arena's name, and where the scope was opened if that is known
     */
    @Override
    public String toString() {
        return "scope of malloc arena '" + arena.name() + "', opened " + Opening.describe(opening);
    }
}
