package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Selecting an arena, by the best {@link Binding} there is. Used only if {@link Support#LOADED}. */
final class Swap {
    static final Binding BINDING;

    /**
     * The JDK writes code for a method handle when it is called for the 128th time by code that is not compiled. That
     * takes room on the heap, so it has to be over before scopes, which can be closed without any.
     */
    static final int CALLS_TO_CUSTOMIZE = 256;

    private static final String PROPERTY = "org.arenascope.binding";
    /** The function for {@link Binding#FOREIGN}; constant, so that the JIT compiler sees what it calls. */
    private static final MethodHandle DOWNCALL;

    static {
        List<Binding> candidates = candidates(System.getProperty(PROPERTY));
        Binding binding = null;
        MethodHandle downcall = null;
        Throwable failure = null;
        for (Binding candidate : candidates) {
            try {
                switch (candidate) {
                    case FOREIGN -> downcall = Foreign.downcall(Shim.swapFunction());
                    case JNI -> Natives.requireBound();
                    case JNA -> { }
                }
                binding = candidate;
                break;
            } catch (RuntimeException | LinkageError e) {
                failure = e;
            }
        }
        if (binding == null) {
            throw new UnsupportedOperationException("selecting an arena does not work by "
                    + candidates.get(candidates.size() - 1) + " (" + failure + ")" + (candidates.size() > 1 ? ""
                    : "; start without -D" + PROPERTY + ", or with another value of it"));
        }
        BINDING = binding;
        DOWNCALL = downcall;
        for (int i = 0; i < CALLS_TO_CUSTOMIZE; i++) {
            swap(swap(0));
        }
    }

    private Swap() {
    }

    private static List<Binding> candidates(String forced) {
        Binding[] all = Binding.values();
        if (forced == null) {
            return List.of(all);
        }
        return List.of(Arrays.stream(all).filter(binding -> name(binding).equals(forced)).findFirst()
                .orElseThrow(() -> new UnsupportedOperationException("-D" + PROPERTY + " is one of "
                        + Arrays.stream(all).map(Swap::name).toList() + ", not '" + forced + "'")));
    }

    private static String name(Binding binding) {
        return binding.name().toLowerCase(Locale.ROOT);
    }

    /** Selects an arena, a handle, for this thread and returns the one selected before; 0 is the default. */
    static long swap(long arena) {
        if (BINDING == Binding.JNI) {
            return Natives.swap(arena);
        }
        if (BINDING == Binding.JNA) {
            return Shim.arenascope_swap(arena);
        }
        try {
            return (long) DOWNCALL.invokeExact(arena);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }
}
