package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import com.sun.jna.Pointer;

/** Selecting an arena, by the best {@link Binding} there is. Used only if {@link Support#LOADED}. */
final class Swap {
    static final Binding BINDING;

    /**
     * The JDK writes code for a method handle when it is called for the 128th time by code that is not compiled. That
     * takes room on the heap, so it has to be over before scopes, which can be closed without any.
     */
    static final int CALLS_TO_CUSTOMIZE = 256;

    private static final String PROPERTY = "org.arenascope.binding";
    /** The bindings by which the function is called. */
    private static final List<Binding> CALLS = List.of(Binding.FOREIGN, Binding.JNI, Binding.JNA);
    private static final Binding CALL;
    /** The address of a word that is 0 and stays so, which no thread's word is. */
    static final long NO_WORD = Pointer.nativeValue(Shim.newBlock(Long.BYTES));
    /** The function for {@link Binding#FOREIGN}; constant, so that the JIT compiler sees what it calls. */
    private static final MethodHandle DOWNCALL;

    static {
        BINDING = firstOf(candidates(System.getProperty(PROPERTY)));
        CALL = BINDING == Binding.MEMORY ? firstOf(CALLS) : BINDING;
        DOWNCALL = CALL == Binding.FOREIGN ? Foreign.downcall(Shim.swapFunction()) : null;
        for (int i = 0; i < CALLS_TO_CUSTOMIZE; i++) {
            swap(swap(0));
        }
    }

    private Swap() {
    }

    private static Binding firstOf(List<Binding> candidates) {
        Throwable failure = null;
        for (Binding candidate : candidates) {
            try {
                tryOut(candidate);
                return candidate;
            } catch (RuntimeException | LinkageError e) {
                failure = e;
            }
        }
        throw new UnsupportedOperationException("selecting an arena does not work by "
                + candidates.get(candidates.size() - 1) + " (" + Support.innermost(failure) + ")"
                + (candidates.size() > 1 ? "" : "; start without -D" + PROPERTY + ", or with another value of it"));
    }

    private static void tryOut(Binding binding) {
        switch (binding) {
            case MEMORY -> tryOutMemory();
            case FOREIGN -> Foreign.downcall(Shim.swapFunction());
            case JNI -> Natives.requireBound();
            case JNA -> { }
        }
    }

    private static void tryOutMemory() {
        for (int i = 0; i < CALLS_TO_CUSTOMIZE; i++) {
            Word.set(NO_WORD, Word.get(NO_WORD));
        }
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

    /**
     * The address of the word of this thread, which has to be a platform thread; {@link #NO_WORD} if scopes are to call
     * {@link #swap}, or malloc has no memory for what the word stands for.
     */
    static long word() {
        long address = BINDING == Binding.MEMORY ? Shim.location() : 0;
        return address == 0 ? NO_WORD : address;
    }

    /** Selects an arena, a handle, for this thread and returns the one selected before; 0 is the default. */
    static long swap(long arena) {
        if (CALL == Binding.JNI) {
            return Natives.swap(arena);
        }
        if (CALL == Binding.JNA) {
            return Shim.arenascope_swap(arena);
        }
        try {
            return (long) DOWNCALL.invokeExact(arena);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }
}
