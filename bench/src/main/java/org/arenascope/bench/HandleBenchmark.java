package org.arenascope.bench;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.concurrent.TimeUnit;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.arenascope.MallocArena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A function that a method handle calls, bare and in an arena: on JDK 22 and later a downcall of {@code
 * java.lang.foreign}, before a native method that JNA has mapped directly.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandleBenchmark {
    private static final MethodHandle BARE = Runtime.version().feature() >= 22 ? downcall("abs") : nativeMethod("abs");
    private static final MethodHandle WRAPPED = MallocArena.create("arena").wrap(BARE);

    private int number = -1;

    /** Functions of glibc's. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int abs(int number);
    }

    private static MethodHandle nativeMethod(String function) {
        try {
            return MethodHandles.lookup().findStatic(C.class, function, MethodType.methodType(int.class, int.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** By reflection, since this is compiled for JDK 17: {@code Linker.nativeLinker().downcallHandle(...)}. */
    private static MethodHandle downcall(String function) {
        try {
            Class<?> linkers = Class.forName("java.lang.foreign.Linker");
            Class<?> options = Class.forName("java.lang.foreign.Linker$Option");
            Class<?> segments = Class.forName("java.lang.foreign.MemorySegment");
            Class<?> functions = Class.forName("java.lang.foreign.FunctionDescriptor");
            Class<?> layouts = Class.forName("java.lang.foreign.MemoryLayout");
            Object number = Class.forName("java.lang.foreign.ValueLayout").getField("JAVA_INT").get(null);
            Object arguments = Array.newInstance(layouts, 1);
            Array.set(arguments, 0, number);
            Object address = segments.getMethod("ofAddress", long.class).invoke(null,
                    Pointer.nativeValue(NativeLibrary.getInstance("c").getFunction(function)));
            return (MethodHandle) linkers.getMethod("downcallHandle", segments, functions, options.arrayType())
                    .invoke(linkers.getMethod("nativeLinker").invoke(null), address,
                            functions.getMethod("of", layouts, layouts.arrayType()).invoke(null, number, arguments),
                            Array.newInstance(options, 0));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Benchmark
    public int handle() throws Throwable {
        return (int) BARE.invokeExact(number);
    }

    @Benchmark
    public int wrappedHandle() throws Throwable {
        return (int) WRAPPED.invokeExact(number);
    }
}
