package org.arenascope;

import java.lang.invoke.VarHandle;

/**
 * The two halves of a full fence between threads of which one comes by all the time, and the other hardly ever. Each
 * stores, passes its half, and loads what the other stores; then at least one of them sees the other's store.
 *
 * <p>The frequent half keeps the compiler from moving the load before the store, which on x86 is all that it does. The
 * rare half has every thread of the process pass a full fence, wherever it is: by the system call {@code membarrier},
 * or where there is none by a thread dump, for which HotSpot stops them all.
 */
final class AsymmetricFence {
    private AsymmetricFence() {
    }

    static void frequent() {
        VarHandle.releaseFence();
    }

    static void rare() {
        if (!Support.LOADED || !Shim.barrier()) {
            Thread.getAllStackTraces();
        }
    }
}
