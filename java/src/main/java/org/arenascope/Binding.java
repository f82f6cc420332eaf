package org.arenascope;

/**
 * A way from Java into the swap, the one native call that each scope makes when it begins and when it ends. Everything
 * else goes by JNA, whatever the binding.
 *
 * <p>The first of these that the JVM offers is used; {@link MallocArena#binding()} tells which one that is. The system
 * property {@code org.arenascope.binding}, set to {@code foreign}, {@code jni} or {@code jna} before this library is
 * first used, forces one; where it is not to be had, arenas are not {@linkplain MallocArena#isSupported() supported},
 * and the reason says so.
 */
public enum Binding {
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
