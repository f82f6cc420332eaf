package org.arenascope;

import java.lang.invoke.MethodHandle;

/** What {@code java.lang.foreign} does for this library: on JDKs before 22, nothing. */
final class Foreign {
    private Foreign() {
    }

    /**
     * The function at {@code address}, of type {@code (long)long}, which has to be short, and must not call Java.
     *
     * @throws UnsupportedOperationException if it cannot be called in this way
     */
    static MethodHandle downcall(long address) {
        throw new UnsupportedOperationException("java.lang.foreign comes with JDK 22, and this is "
                + Runtime.version().feature());
    }
}
