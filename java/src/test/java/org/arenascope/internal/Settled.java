package org.arenascope.internal;

/** Waits until observers have seen all that happened. */
public final class Settled {
    private Settled() {
    }

    public static void await() throws Exception {
        Observers.await();
    }
}
