package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import com.sun.jna.Native;

/** What the current thread has selected, as malloc sees it. */
final class Selection {
    private Selection() {
    }

    /** Where a block lies that is obtained now. */
    static Optional<MallocArena> now() {
        long block = Native.malloc(100);
        Optional<MallocArena> arena = UnsafeMalloc.arenaOf(block);
        Native.free(block);
        return arena;
    }

    static void assertIs(MallocArena arena) {
        assertEquals(Optional.ofNullable(arena), now());
    }

    /** The thread is in no scope and in no arena, and nobody is in one of {@code arenas}. */
    static void assertNobodyIsIn(MallocArena... arenas) {
        assertEquals(0, ScopeStack.ofCurrentThread().depth(), "open scopes");
        assertIs(null);
        for (MallocArena arena : arenas) {
            assertEquals(0, arena.info().selectedThreads(), arena.toString());
        }
    }
}
