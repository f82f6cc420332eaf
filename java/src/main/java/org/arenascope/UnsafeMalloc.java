package org.arenascope;

import java.util.Optional;

/**
 * What malloc can do only for callers that it trusts: a wrong argument can crash the JVM or corrupt its memory. The
 * rest of this package cannot.
 */
public final class UnsafeMalloc {
    private UnsafeMalloc() {
    }

    /**
     * Says in which arena a block lies. Takes no lock, and may be called from any thread, in a scope or outside.
     *
     * @param address the address of a block of malloc's that is in use, as malloc returned it. For any other address
     *        the answer means nothing, if the JVM survives to see it.
     * @return the arena, also if it is closed or retired; empty for a block of the default arenas, or of an arena that
     *         was not made by {@link MallocArena}, and always where arenas are not {@linkplain
     *         MallocArena#isSupported() supported}
     * @throws IllegalArgumentException if the address is 0
     */
    public static Optional<MallocArena> arenaOf(long address) {
        if (address == 0) {
            throw new IllegalArgumentException("address 0 is no block of malloc's");
        }
        return MallocArena.isSupported() ? Optional.ofNullable(MallocArena.ofHandle(Shim.arenaOf(address)))
                : Optional.empty();
    }
}
