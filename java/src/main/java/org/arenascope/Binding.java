package org.arenascope;

/**
 * A way from Java to select an arena, which each scope does when it begins and when it ends. Everything else goes by
 * JNA, whatever the binding.
 *
 * <p>The first of these that the JVM offers is used; {@link MallocArena#binding()} tells which one that is. The system
 * property {@code org.arenascope.binding}, set to {@code memory}, {@code foreign}, {@code jni} or {@code jna} before
 * this library is first used, forces one; where it is not to be had, arenas are not
 * {@linkplain MallocArena#isSupported() supported}, and the reason says so.
 */
public enum Binding {
    /**
     * No call: the C library keeps what a thread has selected in a word of memory, which a scope reads and writes. By
     * {@code java.lang.foreign} from JDK 22 on, if this library's module has native access, and before by {@code
     * sun.misc.Unsafe}, if the module {@code jdk.unsupported} is there. A thread's first scopes in an arena call the
     * function, by the next binding that there is, and so do all scopes on virtual threads.
     */
    MEMORY,
    /**
     * {@code java.lang.foreign}, with the linker option {@code critical}, for which the thread's state does not change.
     * From JDK 22 on, if this library's module has native access.
     */
    FOREIGN,
    /** A native method that the C library binds. */
    JNI,
    /** JNA's direct mapping, which needs nothing but JNA, and takes some ten times as long. */
    JNA
}
