package org.arenascope;

import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** What the tests call of glibc itself. Threads are native ones, which know nothing of Java. */
final class CLibrary {
    private static final int SIZE_OF_SEMAPHORE = 32;

    /** Reachable, or there would be nothing behind their function pointers. */
    private static final List<Work> STARTED = new ArrayList<>();

    static {
        Native.register(CLibrary.class, NativeLibrary.getInstance("c"));
    }

    private CLibrary() {
    }

    static native long malloc_usable_size(long block);

    static native long realloc(long block, long size);

    private static native int pthread_create(long thread, long attributes, Pointer start, long argument);

    private static native int pthread_join(long thread, long result);

    private static native int sem_init(long semaphore, int shared, int value);

    private static native int sem_post(long semaphore);

    /** What a native thread may do in Java. */
    interface Work extends Callback {
        long run(long argument);
    }

    /** Has a new thread call {@code function (argument)}; its number, for {@link #join}. */
    static long start(String function, long argument) {
        return start(Function.getFunction("c", function), argument);
    }

    /** The same with work in Java. */
    static long start(Work work) {
        STARTED.add(work);
        return start(CallbackReference.getFunctionPointer(work), 0);
    }

    private static long start(Pointer function, long argument) {
        long thread = Native.malloc(Long.BYTES);
        int error = pthread_create(thread, 0, function, argument);
        if (error != 0) {
            throw new AssertionError("pthread_create failed: " + error);
        }
        long number = new Pointer(thread).getLong(0);
        Native.free(thread);
        return number;
    }

    /** Waits for the thread's end; what the function returned. */
    static long join(long thread) {
        long result = Native.malloc(Long.BYTES);
        int error = pthread_join(thread, result);
        if (error != 0) {
            throw new AssertionError("pthread_join failed: " + error);
        }
        long returned = new Pointer(result).getLong(0);
        Native.free(result);
        return returned;
    }

    /** A native thread that does nothing until it is told to end. */
    static final class Sleeper {
        private final long semaphore;
        private final long thread;

        Sleeper() {
            semaphore = Native.malloc(SIZE_OF_SEMAPHORE);
            sem_init(semaphore, 0, 0);
            thread = start("sem_wait", semaphore);
        }

        void end() {
            sem_post(semaphore);
            join(thread);
            Native.free(semaphore);
        }
    }
}
