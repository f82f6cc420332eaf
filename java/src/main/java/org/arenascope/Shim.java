package org.arenascope;

import java.io.File;
import java.io.IOException;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The C library {@code libarenascope.so}, bound by JNA. {@code native/src/main/include/arenascope.h} says what each
 * function does. Used by others only if {@link Support#LOADED}. Arenas are their handles, 0 is the default.
 */
final class Shim {
    private Shim() {
    }

    static void load() throws IOException {
        File library = Native.extractFromResourcePath("arenascope", Shim.class.getClassLoader());
        Native.register(Shim.class, NativeLibrary.getInstance(library.getAbsolutePath()));
    }

    static String reason() {
        return arenascope_reason();
    }

    static long newArena() {
        try {
            return arenascope_new();
        } catch (LastErrorException e) {
            throw new OutOfMemoryError("malloc has no memory for another arena (errno " + e.getErrorCode() + ")");
        }
    }

    /** Selects an arena for this thread and returns the one selected before. */
    static long swap(long arena) {
        return arenascope_swap(arena);
    }

    static long arenaOf(long block) {
        return arenascope_of(block);
    }

    static boolean trim() {
        return arenascope_trim() != 0;
    }

    static String info() {
        Pointer text;
        try {
            text = arenascope_info();
        } catch (LastErrorException e) {
            throw new OutOfMemoryError("malloc_info failed (errno " + e.getErrorCode() + ")");
        }
        try {
            return text.getString(0, "US-ASCII");
        } finally {
            arenascope_free(text);
        }
    }

    static boolean returnMemory(boolean on) {
        return arenascope_return(on ? 1 : 0) != 0;
    }

    private static native String arenascope_reason();

    private static native long arenascope_new() throws LastErrorException;

    private static native long arenascope_swap(long arena);

    private static native long arenascope_of(long block);

    private static native int arenascope_trim();

    private static native Pointer arenascope_info() throws LastErrorException;

    private static native void arenascope_free(Pointer string);

    private static native int arenascope_return(int on);
}
