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
        } catch (UnsatisfiedLinkError e) {
            reason = e.getMessage().contains("looking up function") ? otherVersion(e) : cannotBeLoaded(e);
        } catch (Throwable e) {
            reason = cannotBeLoaded(e);
        }
        LOADED = loaded;
        if (reason == null) {
            reason = bindingReason();
        }
        REASON = reason;
        JVM_APART = reason == null && setJvmApart();
    }

    private static String cannotBeLoaded(Throwable e) {
        return "libarenascope.so cannot be loaded on " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + " (" + innermost(e) + "): it comes in ArenaScope's jar, for Linux"
                + " with glibc; JNA (net.java.dev.jna:jna), with the module java.logging, must be there to"
                + " unpack it, and a folder that JNA can write to and load libraries from: choose one with"
                + " -Djna.tmpdir=FOLDER";
    }

    private static String otherVersion(UnsatisfiedLinkError e) {
        return "libarenascope.so cannot be loaded, since the one that was found is of another version of ArenaScope than"
                + " these classes (" + e.getMessage() + "): have one version of its jar on the class path, and no other"
                + " file of that name";
    }

    /** Why no arena can be selected, or {@code null}. */
    private static String bindingReason() {
        try {
            Objects.requireNonNull(Swap.BINDING);
            return null;
        } catch (ExceptionInInitializerError e) {
            return e.getCause().getMessage();
        } catch (Error e) {
            return "no way to select an arena could be set up (" + innermost(e) + ")";
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

    static Throwable innermost(Throwable e) {
        return e.getCause() == null ? e : innermost(e.getCause());
    }
}
