package org.arenascope;

import java.io.File;
import java.io.IOException;

import java.util.Map;

import com.sun.jna.JNIEnv;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The C library {@code libarenascope.so}, bound by JNA. {@code native/src/main/include/arenascope.h} says what each
 * function does. Used by others only if {@link Support#LOADED}. Arenas are their handles, 0 is the default.
 */
final class Shim {
    /**
     * {@code struct arenascope_arena_info}: so many members of 64 bits. Guarded by its monitor. Obtained once, since a
     * block that a call obtained for itself would be counted by it.
     */
    private static final Pointer INFO = newBlock(8 * Long.BYTES);
    private static final long INFO_ADDRESS = Pointer.nativeValue(INFO);

    private static final long NO_LIMIT = -1;

    /** Set by {@link #load}. */
    private static String path;

    private Shim() {
    }

    /** A block of zeros that is never freed, as one of {@code Memory} is by {@code Memory.disposeAll()}. */
    static Pointer newBlock(long bytes) {
        long address = Native.malloc(bytes);
        if (address == 0) {
            throw new OutOfMemoryError("malloc has no " + bytes + " bytes");
        }
        Pointer block = new Pointer(address);
        block.clear(bytes);
        return block;
    }

    static void load() throws IOException {
        File library = Native.extractFromResourcePath("arenascope", Shim.class.getClassLoader());
        path = library.getAbsolutePath();
        Native.register(Shim.class, NativeLibrary.getInstance(path));
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

    /** The address of the function to select arenas with. */
    static long swapFunction() {
        return arenascope_swap_function();
    }

    /** The address of the word that says what this thread has selected; 0 if there is no memory for what it needs. */
    static long location() {
        return arenascope_location();
    }

    /** Binds the native methods of {@code type}; 0, or a negative value. */
    static int registerNatives(JNIEnv environment, Class<?> type) {
        return NativeLibrary.getInstance(path, Map.of(Library.OPTION_ALLOW_OBJECTS, true))
                .getFunction("arenascope_register_natives").invokeInt(new Object[] {environment, type});
    }

    static long arenaOf(long block) {
        return arenascope_of(block);
    }

    static ArenaInfo info(MallocArena arena) {
        synchronized (INFO) {
            check(arena, arenascope_arena_info(arena.handle(), INFO_ADDRESS));
            long limit = INFO.getLong(6 * Long.BYTES);
            return new ArenaInfo(INFO.getLong(0), INFO.getLong(Long.BYTES), INFO.getLong(2 * Long.BYTES),
                    INFO.getLong(3 * Long.BYTES), INFO.getLong(4 * Long.BYTES), INFO.getLong(5 * Long.BYTES),
                    limit == NO_LIMIT ? MallocArena.UNLIMITED : limit, INFO.getLong(7 * Long.BYTES));
        }
    }

    static boolean trim(MallocArena arena) {
        return check(arena, arenascope_arena_trim(arena.handle())) != 0;
    }

    static void limit(MallocArena arena, long bytes) {
        check(arena, arenascope_arena_limit(arena.handle(), bytes == MallocArena.UNLIMITED ? NO_LIMIT : bytes));
    }

    static void inherit(MallocArena arena, boolean on) {
        check(arena, arenascope_arena_inherit(arena.handle(), on ? 1 : 0));
    }

    /** Has every thread pass a full memory barrier; {@code false} if the kernel does not. */
    static boolean barrier() {
        return arenascope_barrier() != 0;
    }

    /** Whether the handle is out of use now; otherwise a thread has the arena selected. */
    static boolean retire(MallocArena arena) {
        return arenascope_arena_retire(arena.handle()) != 0;
    }

    /** Whether from now on the JVM's threads inherit no arena, and it is served elsewhere where an arena is full. */
    static boolean setJvmApart() {
        return arenascope_set_jvm_apart() != 0;
    }

    private static int check(MallocArena arena, int result) {
        if (result < 0) {
            throw new IllegalStateException("malloc arena '" + arena.name() + "' is not in use (errno " + -result
                    + "): native code must have retired or destroyed it, which MallocArena.close does");
        }
        return result;
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

    /** Selects an arena for this thread and returns the one selected before. */
    static native long arenascope_swap(long arena);

    private static native long arenascope_swap_function();

    private static native long arenascope_location();

    private static native long arenascope_of(long block);

    private static native int arenascope_arena_info(long arena, long info);

    private static native int arenascope_arena_trim(long arena);

    private static native int arenascope_arena_limit(long arena, long bytes);

    private static native int arenascope_arena_inherit(long arena, int on);

    private static native int arenascope_arena_retire(long arena);

    private static native int arenascope_barrier();

    private static native int arenascope_set_jvm_apart();

    private static native int arenascope_trim();

    private static native Pointer arenascope_info() throws LastErrorException;

    private static native void arenascope_free(Pointer string);

    private static native int arenascope_return(int on);
}
