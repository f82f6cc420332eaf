/**
 * Malloc arenas of one's own for native libraries that are called from Java: see
 * {@link org.arenascope.MallocArena}.
 */
module org.arenascope {
    requires com.sun.jna;
    requires static net.bytebuddy;

    exports org.arenascope;
}
