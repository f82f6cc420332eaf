package org.arenascope;

/**
 * The malloc of this process, as far as it concerns all of its memory and not one {@link MallocArena}.
 *
 * <p>All methods may be called from any thread, in a scope or outside.
 */
public final class Malloc {
    private Malloc() {
    }

    /**
     * Gives back to the operating system what malloc holds and nobody uses, as {@code malloc_trim(0)} does: of every
     * arena, dedicated or not. It takes time in proportion to that memory, and locks each arena in turn. Works
     * on every glibc.
     *
     * @return {@code true} if any memory was given back; {@code false} also if ArenaScope's C library could not be
     *         loaded
     */
    public static boolean trim() {
        return Support.LOADED && Shim.trim();
    }

    /**
     * Returns malloc's own account of its arenas, as {@code malloc_info(3)} writes it. Works on every glibc; on the
     * patched one it marks dedicated arenas.
     *
     * @return an XML document
     * @throws UnsupportedOperationException if ArenaScope's C library could not be loaded; the message says why
     * @throws OutOfMemoryError if there is no native memory for it
     */
    public static String info() {
        if (!Support.LOADED) {
            throw new UnsupportedOperationException("malloc_info cannot be called: " + Support.REASON);
        }
        return Shim.info();
    }

    /**
     * Lets the default arenas, from which threads outside of any scope are served, give freed memory back by
     * themselves, with what is free there already, or stops that. Dedicated arenas always do. It is off when a process
     * starts, unless the tunable {@code glibc.malloc.arena_return=1} is set.
     *
     * @param on whether memory is to be given back
     * @return {@code true} if malloc now does as it was told; {@code false} if it cannot, since dedicated arenas are
     *         not {@linkplain MallocArena#isSupported() supported} either
     */
    public static boolean returnMemory(boolean on) {
        return MallocArena.isSupported() && Shim.returnMemory(on);
    }
}
