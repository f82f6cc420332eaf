package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Selecting an arena, by the best {@link Binding} there is. Used only if {@link Support#LOADED}. */
final class Swap {
    static final Binding BINDING;

    private static final String PROPERTY = "org.arenascope.binding";
    private static final MethodType TYPE = MethodType.methodType(long.class, long.class);

    /** Constant, so that the JIT compiler sees the very function. */
    private static final MethodHandle SWAP;

    static {
        List<Binding> candidates = candidates(System.getProperty(PROPERTY));
        Binding binding = null;
        MethodHandle swap = null;
        Throwable failure = null;
        for (Binding candidate : candidates) {
            try {
                swap = find(candidate);
                binding = candidate;
                break;
            } catch (Exception | LinkageError e) {
                failure = e;
            }
        }
        if (swap == null) {
            throw new UnsupportedOperationException("selecting an arena does not work by "
                    + candidates.get(candidates.size() - 1) + " (" + failure + ")" + (candidates.size() > 1 ? ""
                    : "; start without -D" + PROPERTY + ", or with another value of it"));
        }
        BINDING = binding;
        SWAP = swap;
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

    private static MethodHandle find(Binding binding) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        return switch (binding) {
            case FOREIGN -> Foreign.downcall(Shim.swapFunction());
            case JNI -> {
                Natives.requireBound();
                yield lookup.findStatic(Natives.class, "swap", TYPE);
            }
            case JNA -> lookup.findStatic(Shim.class, "arenascope_swap", TYPE);
        };
    }

    /** Selects an arena, a handle, for this thread and returns the one selected before; 0 is the default. */
    static long swap(long arena) {
        try {
            return (long) SWAP.invokeExact(arena);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }
}
