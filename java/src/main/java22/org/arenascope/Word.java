package org.arenascope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** As for JDKs before 22. A segment of all memory is a constant to the JIT compiler, so that little is left to check. */
final class Word {
    private static final VarHandle LONGS = ValueLayout.JAVA_LONG.varHandle();
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Of every word's address. The JIT compiler then leaves out the checks of bounds and alignment. */
    private static final long ADDRESS_BITS = 0x3fff_ffff_ffff_fff8L;

    private Word() {
    }

    static long get(long address) {
        return (long) LONGS.getOpaque(MEMORY, address & ADDRESS_BITS);
    }

    static void set(long address, long value) {
        LONGS.setRelease(MEMORY, address & ADDRESS_BITS, value);
    }
}
