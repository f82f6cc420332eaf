package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What malloc can do only for callers that it trusts: a wrong argument can crash the JVM or corrupt its memory. The
 * rest of this package cannot.
 */
public final class UnsafeMalloc {
    private UnsafeMalloc() {
    }

    /**
     * Says in which arena a block lies. Takes no lock, and may be called from any thread, in a scope or outside.
     *
     * @param address the address of a block of malloc's that is in use, as malloc returned it. For any other address
     *        the answer means nothing, if the JVM survives to see it.
     * @return the arena, also if it is closed or retired; empty for a block of the default arenas, or of an arena that
     *         was not made by {@link MallocArena}, and always where arenas are not {@linkplain
     *         MallocArena#isSupported() supported}
     * @throws IllegalArgumentException if the address is 0
     */
    public static Optional<MallocArena> arenaOf(long address) {
        if (address == 0) {
            throw new IllegalArgumentException("address 0 is no block of malloc's");
        }
        return MallocArena.isSupported() ? Optional.ofNullable(ArenaTable.ofHandle(Shim.arenaOf(address)))
                : Optional.empty();
    }

    /**
     * Opens a scope on the current thread without an object to close it, for code that wraps calls of native methods.
     * Like {@link MallocArena#enter()}, but on virtual threads, too: there, the caller sees to it that the thread does
     * not give its carrier up before {@link #leave}, as by doing nothing in between but to call a native method, whose
     * frame keeps it there.
     *
     * @param arena the arena to select
     * @return the scope's depth, for {@code leave}
     * @throws IllegalStateException if the arena is closed
     */
    public static int enter(MallocArena arena) {
        ScopeStack stack = ScopeStack.ofCurrentThread();
        int depth = stack.depth();
        stack.push(arena, Opening.of(arena, null));
        return depth;
    }

    /**
     * Closes a scope of {@link #enter}, and scopes that were opened in it and left open.
     *
     * @param depth what {@code enter} returned, on this thread, for a scope that was not closed yet. With any other
     *        value scopes of this thread's may end early.
     */
    public static void leave(int depth) {
        ScopeStack.ofCurrentThread().leave(depth);
    }

    /**
     * Returns what keeps the current thread's scopes, for wrappers of native methods, which look it up once for a call:
     *
     * <pre>{@code
     *     Object scopes = UnsafeMalloc.scopes();
     *     int depth = UnsafeMalloc.depth(scopes);
     *     UnsafeMalloc.enterIfOpen(scopes, arena);
     *     try {
     *         call();
     *     } finally {
     *         UnsafeMalloc.leave(scopes, depth);
     *     }
     * }</pre>
     *
     * @return an object for the methods that take one, to be used by this thread only
     */
    public static Object scopes() {
        return ScopeStack.ofCurrentThread();
    }

    /**
     * Returns how many scopes are open.
     *
     * @param scopes the current thread's {@link #scopes}
     * @return their number, for {@link #leave(Object, int) leave}
     */
    public static int depth(Object scopes) {
        return ((ScopeStack) scopes).depth();
    }

    /**
     * Opens a scope like {@link #enter}, but none if the arena is closed: for what has to be called all the same.
     *
     * @param scopes the current thread's {@link #scopes}
     * @param arena the arena to select
     */
    public static void enterIfOpen(Object scopes, MallocArena arena) {
        try {
            ((ScopeStack) scopes).push(arena, Opening.of(arena, null));
        } catch (IllegalStateException e) {
            // The arena is closed.
        }
    }

    /**
     * Closes scopes until so many are open. Does nothing if no more are.
     *
     * @param scopes the current thread's {@link #scopes}
     * @param depth what {@link #depth} returned
     */
    public static void leave(Object scopes, int depth) {
        ((ScopeStack) scopes).leave(depth);
    }

    /**
     * Puts a scope around each call of a foreign function. Like {@link MallocArena#wrap}, with two differences: on
     * virtual threads it relies on the function's frame to keep the carrier, so the target must be what {@code
     * Linker.downcallHandle} returned; and once the arena is closed, it calls the target outside of it.
     *
     * @param arena the arena
     * @param target the function
     * @return a handle of the same type
     */
    public static MethodHandle wrapDowncall(MallocArena arena, MethodHandle target) {
        return WrappedCalls.wrapDowncall(arena, target);
    }
}
