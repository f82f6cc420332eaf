package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;

/**
 * The word of memory in which the C library keeps what a thread has selected. Only that thread reads and writes it, and
 * only what it has read there: {@code malloc_thread_arena_location} in the patched {@code <malloc.h>} says what that
 * means. The compiler keeps the order of these accesses, since the C library uses the word in any call.
 *
 * <p>By {@code sun.misc.Unsafe}, whose code is a single instruction. With that of a direct buffer {@code close} is too
 * long to be inlined; see {@link ArenaScope}.
 */
final class Word {
    private static final MethodHandle GET;
    private static final MethodHandle SET;

    static {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Object unsafe = field.get(null);
            GET = MethodHandles.insertArguments(lookup.findVirtual(type, "getLongVolatile",
                    MethodType.methodType(long.class, Object.class, long.class)), 0, unsafe, null);
            SET = MethodHandles.insertArguments(lookup.findVirtual(type, "putOrderedLong",
                    MethodType.methodType(void.class, Object.class, long.class, long.class)), 0, unsafe, null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("sun.misc.Unsafe: " + e, e);
        }
    }

    private Word() {
    }

    static long get(long address) {
        try {
            return (long) GET.invokeExact(address);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }

    static void set(long address, long value) {
        try {
            SET.invokeExact(address, value);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }
}
