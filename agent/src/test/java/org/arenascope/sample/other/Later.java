package org.arenascope.sample.other;

import org.arenascope.sample.Sample;

/** Calls a native method of a class that was loaded before it. */
public final class Later {
    private Later() {
    }

    public static long allocate(long size) {
        return Sample.allocate(size);
    }
}
