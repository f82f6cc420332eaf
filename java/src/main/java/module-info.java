/**
 * Malloc arenas of one's own for native libraries that are called from Java: see
 * {@link org.arenascope.MallocArena}. What is seen of them from outside is in {@link org.arenascope.observe}; for that
 * an application on the module path has to have the modules {@code java.management} and {@code jdk.jfr}, with {@code
 * --add-modules} if nothing else asks for them.
 */
module org.arenascope {
    requires com.sun.jna;
    requires jdk.unsupported;
    requires static net.bytebuddy;
    requires static java.management;
    requires static jdk.jfr;
    requires static transitive micrometer.core;

    exports org.arenascope;
    exports org.arenascope.observe;
}
