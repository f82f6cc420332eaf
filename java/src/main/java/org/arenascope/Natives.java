package org.arenascope;

import java.util.concurrent.Callable;

import com.sun.jna.JNIEnv;

/**
 * Native methods, which the C library binds itself when JNA calls it. Loaded by name it could be used by the first
 * class loader only that asks for it.
 */
final class Natives {
    /** Why they are not bound, or {@code null} if they are. */
    private static final Throwable FAILURE = bind();

    private Natives() {
    }

    private static Throwable bind() {
        try {
            int result = Shim.registerNatives(JNIEnv.CURRENT, Natives.class);
            return result == 0 ? null : new UnsatisfiedLinkError("RegisterNatives: " + result);
        } catch (RuntimeException | LinkageError e) {
            return e;
        }
    }

    static boolean areBound() {
        return FAILURE == null;
    }

    static void requireBound() {
        if (FAILURE != null) {
            throw new UnsupportedOperationException("JNI: " + FAILURE, FAILURE);
        }
    }

    static native long swap(long arena);

    /** Calls {@code work} from a native frame, which keeps a virtual thread on its carrier. */
    static native Object callPinned(Callable<?> work) throws Exception;
}
