package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** What the tests do with {@code java.lang.foreign}, by reflection: they compile on a JDK that has not got it. */
final class Downcalls {
    private Downcalls() {
    }

    /** The address of a function of glibc's. */
    static long address(String function) {
        return Pointer.nativeValue(NativeLibrary.getInstance("c").getFunction(function));
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    private static Object invoke(Class<?> type, Object receiver, String name, Object... arguments) throws Exception {
        Method method = Arrays.stream(type.getMethods())
                .filter(m -> m.getName().equals(name) && m.getParameterCount() == arguments.length)
                .filter(m -> arguments.length == 0 || m.getParameterTypes()[0].isInstance(arguments[0])
                        || arguments[0] instanceof Long && m.getParameterTypes()[0] == long.class)
                .findFirst().orElseThrow(() -> new NoSuchMethodException(type + "." + name));
        return method.invoke(receiver, arguments);
    }

    private static Object array(Class<?> type, Object... elements) {
        Object array = Array.newInstance(type, elements.length);
        System.arraycopy(elements, 0, array, 0, elements.length);
        return array;
    }

    /** {@code chdir}, wrapped, with {@code errno} captured. */
    static final class Chdir implements AutoCloseable {
        private final Object memory = invoke(type("Arena"), null, "ofConfined");
        private final Object captured;
        private final MethodHandle handle;

        Chdir(MallocArena arena) throws Exception {
            Class<?> layouts = type("ValueLayout");
            Object function = invoke(type("FunctionDescriptor"), null, "of", layouts.getField("JAVA_INT").get(null),
                    array(type("MemoryLayout"), layouts.getField("ADDRESS").get(null)));
            Object capture = invoke(type("Linker$Option"), null, "captureCallState",
                    (Object) new String[] {"errno"});
            Object linker = invoke(type("Linker"), null, "nativeLinker");
            Object chdir = invoke(type("MemorySegment"), null, "ofAddress", address("chdir"));
            handle = arena.wrap((MethodHandle) invoke(type("Linker"), linker, "downcallHandle", chdir, function,
                    array(type("Linker$Option"), capture)));
            captured = invoke(type("SegmentAllocator"), memory, "allocate", 4L);
        }

        int call(String folder) throws Throwable {
            Object path = invoke(type("SegmentAllocator"), memory, "allocateFrom", folder);
            return (int) handle.invoke(captured, path);
        }

        int errno() throws Exception {
            return (int) type("MemorySegment").getMethod("get", type("ValueLayout$OfInt"), long.class)
                    .invoke(captured, type("ValueLayout").getField("JAVA_INT").get(null), 0L);
        }

        @Override
        public void close() throws Exception {
            type("Arena").getMethod("close").invoke(memory);
        }
    }
}
