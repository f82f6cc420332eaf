package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Method handles that run in a scope of an arena each time they are called, and otherwise are what they were. */
final class WrappedCalls {
    private static final MethodHandle SCOPES;
    private static final MethodHandle DEPTH;
    private static final MethodHandle ENTER;
    private static final MethodHandle ENTER_IF_OPEN;
    private static final MethodHandle LEAVE;
    private static final MethodHandle IS_VIRTUAL;
    private static final MethodHandle CALL_PINNED;

    static {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            SCOPES = lookup.findStatic(UnsafeMalloc.class, "scopes", MethodType.methodType(Object.class));
            DEPTH = lookup.findStatic(UnsafeMalloc.class, "depth", MethodType.methodType(int.class, Object.class));
            MethodType enters = MethodType.methodType(void.class, Object.class, MallocArena.class);
            ENTER = lookup.findStatic(WrappedCalls.class, "enter", enters);
            ENTER_IF_OPEN = lookup.findStatic(UnsafeMalloc.class, "enterIfOpen", enters);
            LEAVE = MethodHandles.permuteArguments(lookup.findStatic(UnsafeMalloc.class, "leave",
                    MethodType.methodType(void.class, Object.class, int.class)),
                    MethodType.methodType(void.class, int.class, Object.class), 1, 0);
            IS_VIRTUAL = lookup.findStatic(PlatformThreads.class, "isVirtual", MethodType.methodType(boolean.class));
            CALL_PINNED = lookup.findStatic(WrappedCalls.class, "callPinned",
                    MethodType.methodType(Object.class, MethodHandle.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private WrappedCalls() {
    }

    static MethodHandle wrap(MallocArena arena, MethodHandle target) {
        MethodType type = target.type();
        MethodHandle wrapped = wrap(ENTER, arena, target);
        if (PlatformThreads.VIRTUAL_EXIST) {
            MethodHandle pinned = CALL_PINNED.bindTo(wrapped)
                    .asCollector(Object[].class, type.parameterCount()).asType(type);
            wrapped = MethodHandles.guardWithTest(IS_VIRTUAL, pinned, wrapped);
        }
        return wrapped.withVarargs(target.isVarargsCollector());
    }

    static MethodHandle wrapDowncall(MallocArena arena, MethodHandle target) {
        return wrap(ENTER_IF_OPEN, arena, target);
    }

    private static MethodHandle wrap(MethodHandle enter, MallocArena arena, MethodHandle target) {
        // (scopes, arguments)
        MethodHandle entered = MethodHandles.foldArguments(
                MethodHandles.dropArguments(target.asFixedArity(), 0, Object.class),
                MethodHandles.insertArguments(enter, 1, arena));
        // (depth, scopes, arguments): asked for first, as a scope that was entered before the block that closes it
        // could be lost on the way there.
        MethodHandle inScope = MethodHandles.tryFinally(MethodHandles.dropArguments(entered, 0, int.class),
                leaveAndReturn(target.type().returnType()));
        return MethodHandles.foldArguments(MethodHandles.foldArguments(inScope, DEPTH), SCOPES);
    }

    /** {@code (Throwable, result, depth, scopes)}, or without the result if there is none, as tryFinally wants it. */
    private static MethodHandle leaveAndReturn(Class<?> result) {
        if (result == void.class) {
            return MethodHandles.dropArguments(LEAVE, 0, Throwable.class);
        }
        MethodHandle returns = MethodHandles.dropArguments(MethodHandles.identity(result), 0, Throwable.class);
        return MethodHandles.foldArguments(MethodHandles.dropArguments(returns, 2, int.class, Object.class),
                MethodHandles.dropArguments(LEAVE, 0, Throwable.class, result));
    }

    private static void enter(Object scopes, MallocArena arena) {
        ((ScopeStack) scopes).push(arena, Opening.of(arena, null));
    }

    private static Object callPinned(MethodHandle target, Object[] arguments) throws Exception {
        return PlatformThreads.callPinned(() -> {
            try {
                return target.invokeWithArguments(arguments);
            } catch (Throwable e) {
                throw PlatformThreads.<RuntimeException>unchecked(e);
            }
        });
    }
}
