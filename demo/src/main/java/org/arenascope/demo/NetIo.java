package org.arenascope.demo;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The functions of {@code netio.h}, by JNA's direct mapping; addresses and {@code size_t} are {@code long}. */
final class NetIo {

    /** {@code NETIO_OVERHEAD}. */
    static final int OVERHEAD = 24;

    static {
        Native.register(NetIo.class, NativeLibrary.getInstance("netio", NetIo.class.getClassLoader()));
    }

    private NetIo() {
    }

    static native long netio_open();

    static native int netio_process(long cache, long element, long size);

    static native long netio_elements(long cache);

    static native long netio_live_bytes(long cache);

    static native long netio_verify(long cache);

    static native long netio_blocks(long cache, long blocks, long count);

    static native void netio_close(long cache);
}
