package org.arenascope.agent;

import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What instrumented code calls: opens a scope before a native method, and closes it afterwards. {@link
 * DispatcherClass} defines it a second time, as a class of the package {@code java.lang}, which is the one package that
 * classes of every class loader and every module see. So it names no class of the agent's.
 *
 * <p>The constants are there for the JIT compiler: it knows what they refer to, and compiles all calls into the
 * caller.
 */
@SuppressWarnings("unchecked")
public final class Dispatcher {
    private static final Supplier<?> SCOPES;
    private static final ToIntFunction<Object> DEPTH;
    private static final ObjIntConsumer<Object> ENTER;
    private static final ObjIntConsumer<Object> LEAVE;
    private static final IntFunction<?> HANDLES;
    private static final BiFunction<MethodHandle, Integer, ?> WRAP;

    static {
        try {
            Class<?> type = Class.forName("org.arenascope.agent.Scopes", true, ClassLoader.getSystemClassLoader());
            Object scopes = type.getField("INSTANCE").get(null);
            SCOPES = (Supplier<?>) scopes;
            DEPTH = (ToIntFunction<Object>) scopes;
            ENTER = (ObjIntConsumer<Object>) scopes;
            LEAVE = (ObjIntConsumer<Object>) type.getField("LEAVE").get(null);
            HANDLES = (IntFunction<?>) scopes;
            WRAP = (BiFunction<MethodHandle, Integer, ?>) scopes;
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Dispatcher() {
    }

    /**
     * Returns the current thread's scopes.
     *
     * @return what the methods below take
     */
    public static Object scopes() {
        return SCOPES.get();
    }

    /**
     * Returns how many scopes are open.
     *
     * @param scopes this thread's
     * @return what {@link #leave} takes
     */
    public static int depth(Object scopes) {
        return DEPTH.applyAsInt(scopes);
    }

    /**
     * Opens a scope on this thread.
     *
     * @param scopes this thread's
     * @param arena the arena's number, or -1 for none
     */
    public static void enter(Object scopes, int arena) {
        ENTER.accept(scopes, arena);
    }

    /**
     * Closes scopes until so many are open.
     *
     * @param scopes this thread's
     * @param depth how many were open before
     */
    public static void leave(Object scopes, int depth) {
        LEAVE.accept(scopes, depth);
    }

    /**
     * Hands out a method handle, to the class that was made for it, once.
     *
     * @param number the handle's
     * @return the handle, or {@code null} if it was handed out before
     */
    public static MethodHandle handle(int number) {
        return (MethodHandle) HANDLES.apply(number);
    }

    /**
     * Puts a scope around each call of a foreign function.
     *
     * @param function what the linker made
     * @param arena the arena's number
     * @return a handle of the same type
     */
    public static MethodHandle wrap(MethodHandle function, int arena) {
        return (MethodHandle) WRAP.apply(function, arena);
    }
}
