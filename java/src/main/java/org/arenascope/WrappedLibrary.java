package org.arenascope;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** A library that JNA maps to an interface, with a scope around each function. */
final class WrappedLibrary implements InvocationHandler {
    private final MallocArena arena;
    private final Object library;
    private final InvocationHandler functions;

    private WrappedLibrary(MallocArena arena, Library library) {
        this.arena = arena;
        this.library = library;
        this.functions = Proxy.getInvocationHandler(library);
    }

    static <T> T load(MallocArena arena, String name, Class<T> type, Map<String, ?> options) throws Exception {
        if (!Library.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(type + " does not extend com.sun.jna.Library, by which JNA knows the"
                    + " interfaces that it maps to libraries");
        }
        Library library = PlatformThreads.callPinned(() -> {
            int depth = UnsafeMalloc.enter(arena);
            try {
                return Native.load(name, type.asSubclass(Library.class), options);
            } finally {
                UnsafeMalloc.leave(depth);
            }
        });
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                new WrappedLibrary(arena, library)));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> library + ", in " + arena;
            };
        }
        return PlatformThreads.isVirtual()
                ? PlatformThreads.callPinned(() -> invokeInScope(proxy, method, arguments))
                : invokeInScope(proxy, method, arguments);
    }

    private Object invokeInScope(Object proxy, Method method, Object[] arguments) {
        int depth = UnsafeMalloc.enter(arena);
        try {
            return functions.invoke(proxy, method, arguments);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        } finally {
            UnsafeMalloc.leave(depth);
        }
    }
}
