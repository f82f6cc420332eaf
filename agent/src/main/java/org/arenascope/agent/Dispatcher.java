package org.arenascope.agent;

import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * What instrumented code calls: opens a scope before a native method, and closes it afterwards. {@link
 * DispatcherClass} defines it a second time, as a class of the package {@code java.lang}, which is the one package that
 * classes of every class loader and every module see. So it names no class of the agent's.
 *
 * <p>The constants are there for the JIT compiler: it knows what they refer to, and compiles both calls into the
 * caller.
 */
public final class Dispatcher {
    private static final IntUnaryOperator ENTER;
    private static final IntConsumer LEAVE;
    private static final IntFunction<?> HANDLES;
    private static final BiFunction<MethodHandle, Integer, ?> WRAP;

    static {
        try {
            Object scopes = Class.forName("org.arenascope.agent.Scopes", true, ClassLoader.getSystemClassLoader())
                    .getField("INSTANCE").get(null);
            ENTER = (IntUnaryOperator) scopes;
            LEAVE = (IntConsumer) scopes;
            HANDLES = (IntFunction<?>) scopes;
            WRAP = wrapping(scopes);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Dispatcher() {
    }

    @SuppressWarnings("unchecked")
    private static BiFunction<MethodHandle, Integer, ?> wrapping(Object scopes) {
        return (BiFunction<MethodHandle, Integer, ?>) scopes;
    }

    /**
     * Opens a scope on this thread.
     *
     * @param arena the arena's number, or -1 for none
     * @return what to call {@link #leave} with
     */
    public static int enter(int arena) {
        return ENTER.applyAsInt(arena);
    }

    /**
     * Closes a scope, and those in it that are still open.
     *
     * @param depth what {@link #enter} returned on this thread
     */
    public static void leave(int depth) {
        LEAVE.accept(depth);
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
