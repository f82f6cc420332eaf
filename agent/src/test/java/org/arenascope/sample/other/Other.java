package org.arenascope.sample.other;

import java.util.function.LongSupplier;

import org.arenascope.sample.Library;

/** A native method of another package, which may have another arena. */
public final class Other {
    static {
        System.load(Library.path());
    }

    private Other() {
    }

    /** As that of {@link org.arenascope.sample.Sample}. */
    public static native long[] callBack(LongSupplier supplier);
}
