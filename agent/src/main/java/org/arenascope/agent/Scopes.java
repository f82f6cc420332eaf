package org.arenascope.agent;

import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import org.arenascope.MallocArena;
import org.arenascope.UnsafeMalloc;

/** Opens and closes scopes for {@link Dispatcher}, which knows it by these interfaces of the JDK's alone. */
public final class Scopes implements Supplier<Object>, ToIntFunction<Object>, ObjIntConsumer<Object>,
        IntFunction<MethodHandle>, BiFunction<MethodHandle, Integer, MethodHandle> {
    /** The only one. */
    public static final Scopes INSTANCE = new Scopes();
    /** Closes scopes. */
    public static final ObjIntConsumer<Object> LEAVE = new Leave();

    private static final MallocArena[] ARENAS = Installation.arenas();

    private Scopes() {
    }

    private static final class Leave implements ObjIntConsumer<Object> {
        @Override
        public void accept(Object scopes, int depth) {
            UnsafeMalloc.leave(scopes, depth);
        }
    }

    /**
     * Returns the current thread's scopes.
     *
     * @return what the others take
     */
    @Override
    public Object get() {
        return UnsafeMalloc.scopes();
    }

    /**
     * Returns how many scopes are open.
     *
     * @param scopes what {@link #get} returned
     * @return what {@link #LEAVE} takes
     */
    @Override
    public int applyAsInt(Object scopes) {
        return UnsafeMalloc.depth(scopes);
    }

    /**
     * Opens a scope of an arena on this thread, unless somebody closed the arena: then native methods are called as
     * they always were.
     *
     * @param scopes what {@link #get} returned
     * @param arena the arena's number, or -1 for none
     */
    @Override
    public void accept(Object scopes, int arena) {
        if (arena >= 0) {
            UnsafeMalloc.enterIfOpen(scopes, ARENAS[arena]);
        }
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
