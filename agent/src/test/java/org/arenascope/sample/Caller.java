package org.arenascope.sample;

import java.io.IOException;
import java.util.function.LongSupplier;

/** Calls native methods of another class. */
public final class Caller {
    private Caller() {
    }

    public static long allocate(long size) {
        return Sample.allocate(size);
    }

    public static long allocateHere(Sample sample, long size) {
        return sample.allocateHere(size);
    }

    public static long sum(long a, long b, long c) {
        return Sample.sum(a, b, c);
    }

    public static long[] callBack(LongSupplier supplier) {
        return Sample.callBack(supplier);
    }

    /** Catches what the native method throws around the call. */
    public static void fail() throws IOException {
        try {
            Sample.fail("thrown");
        } catch (IOException e) {
            throw new IOException("caught", e);
        }
    }

    public static long callShadow(long size) {
        return new Shadow().allocatePrivately(size);
    }

    /** Has a method that only looks like the native one, which a subclass does not inherit. */
    public static final class Shadow extends Sample {
        long allocatePrivately(long size) {
            return -size;
        }
    }

    /** Sleeps for as many milliseconds, up to a few. */
    public static final class InJava extends Allocator {
        @Override
        public long allocateByDispatch(long size) {
            try {
                Thread.sleep(Math.min(size, 5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return size;
        }
    }
}
