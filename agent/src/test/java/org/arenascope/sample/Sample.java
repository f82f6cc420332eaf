package org.arenascope.sample;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Native methods of every kind, those of {@code sample.c}. Those that obtain a block return its address, which tells
 * in which arena the method was called.
 */
public class Sample extends Allocator {
    static {
        System.load(Library.path());
    }

    public static native long allocate(long size);

    public static native void free(long block);

    public native long allocateHere(long size);

    private static native long allocatePrivately(long size);

    public static long callPrivateMethod(long size) {
        return allocatePrivately(size);
    }

    /** Bound by the library when it is loaded. */
    public static native long allocateRegistered(long size);

    @Override
    public native long allocateByDispatch(long size);

    public static synchronized native long callLocked(LongSupplier supplier);

    public static native long sum(long... numbers);

    @Deprecated
    public static native <T extends Comparable<T>> T same(T object);

    public native double mix(boolean a, byte b, char c, short d, int e, long f, float g, double h, Object i, int[] j);

    public static native void fail(String message) throws IOException;

    /** A block obtained before the call of {@code supplier}, what that returned, and a block obtained after it. */
    public static native long[] callBack(LongSupplier supplier);

    /** By a thread that the library starts. */
    public static native long allocateInThread(long size);
}
