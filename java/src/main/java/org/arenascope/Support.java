package org.arenascope;

import java.util.Objects;

/** Whether the C library is there, and whether it found arenas. Knows no class of JNA's, which may be missing too. */
final class Support {
    /** Whether {@link Shim} may be used, with or without arenas. */
    static final boolean LOADED;

    /** Why there are no arenas, and what to do about it; {@code null} if there are. */
    static final String REASON;

    /** Whether the JVM goes on when an arena has nothing for it, and its threads follow none. */
    static final boolean JVM_APART;

    static {
        boolean loaded = false;
        String reason;
        try {
            Shim.load();
            loaded = true;
            reason = Shim.reason();
        } catch (Throwable e) {
            reason = "libarenascope.so cannot be loaded on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + " (" + innermost(e) + "): it comes in ArenaScope's jar, for Linux"
                    + " with glibc; JNA (net.java.dev.jna:jna) must be there to unpack it, and a folder that JNA can"
                    + " write to and load libraries from: choose one with -Djna.tmpdir=FOLDER";
        }
        LOADED = loaded;
        if (reason == null) {
            reason = bindingReason();
        }
        REASON = reason;
        JVM_APART = reason == null && setJvmApart();
    }

    /** Why no arena can be selected, or {@code null}. */
    private static String bindingReason() {
        try {
            Objects.requireNonNull(Swap.BINDING);
            return null;
        } catch (ExceptionInInitializerError e) {
            return e.getCause().getMessage();
        }
    }

    /** There is one JVM, and several class loaders may load this library: those after the first find it set apart. */
    private static boolean setJvmApart() {
        String property = "org.arenascope.jvm.apart";
        if (Shim.setJvmApart()) {
            System.setProperty(property, "true");
        }
        return Boolean.getBoolean(property);
    }

    private Support() {
    }

    private static Throwable innermost(Throwable e) {
        return e.getCause() == null ? e : innermost(e.getCause());
    }
}
