package org.arenascope.agent;

import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

import org.arenascope.MallocArena;
import org.arenascope.UnsafeMalloc;

/** Opens and closes scopes for {@link Dispatcher}, which knows it by these interfaces of the JDK's alone. */
public final class Scopes implements IntUnaryOperator, IntConsumer, IntFunction<MethodHandle>,
        BiFunction<MethodHandle, Integer, MethodHandle> {
    /** The only one. */
    public static final Scopes INSTANCE = new Scopes();

    private static final MallocArena[] ARENAS = Installation.arenas();

    /** What UnsafeMalloc has instead of a depth: there is no scope. */
    private static final int NONE = -1;

    private Scopes() {
    }

    /**
     * Opens a scope of an arena on this thread, unless somebody closed the arena: then native methods are called as
     * they always were.
     *
     * @param arena the arena's number, or -1 for none
     * @return what to close the scope with
     */
    @Override
    public int applyAsInt(int arena) {
        return arena < 0 ? NONE : UnsafeMalloc.enterIfOpen(ARENAS[arena]);
    }

    /**
     * Closes a scope.
     *
     * @param depth what {@link #applyAsInt} returned
     */
    @Override
    public void accept(int depth) {
        UnsafeMalloc.leave(depth);
    }

    /**
     * Hands out a method handle, once.
     *
     * @param number the handle's
     * @return the handle, or {@code null}
     */
    @Override
    public MethodHandle apply(int number) {
        return CallSites.takeHandle(number);
    }

    /**
     * Puts a scope around a foreign function.
     *
     * @param function what the linker made
     * @param arena the arena's number
     * @return what instrumented code gets instead
     */
    @Override
    public MethodHandle apply(MethodHandle function, Integer arena) {
        return UnsafeMalloc.wrapDowncall(ARENAS[arena], function);
    }
}
