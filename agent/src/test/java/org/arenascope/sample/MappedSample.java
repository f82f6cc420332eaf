package org.arenascope.sample;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** Functions of the sample's library, mapped directly by JNA. */
public final class MappedSample {
    static {
        Native.register(MappedSample.class, NativeLibrary.getInstance(Library.path()));
    }

    private MappedSample() {
    }

    public static native long sample_allocate(long size);

    /** Sets {@code errno} to {@code ENOENT}. */
    public static native void sample_fail() throws LastErrorException;
}
