package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import org.junit.jupiter.api.Test;

/** What {@link Malloc} does on every glibc. */
class MallocTest {
    @Test
    void infoIsMallocsXmlWithEveryHeap() {
        String xml = Malloc.info().strip();
        assertTrue(xml.startsWith("<malloc version=") && xml.endsWith("</malloc>"), xml);
        assertTrue(xml.contains("<heap nr=\"0\">"), xml);
    }

    @Test
    void trimGivesBackWhatLiesFreeBetweenLivingBlocks() {
        long[] blocks = new long[20_000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = Native.malloc(1000);
        }
        for (int i = 0; i < blocks.length - 1; i++) {
            Native.free(blocks[i]);
        }
        assertTrue(Malloc.trim());
        Native.free(blocks[blocks.length - 1]);
    }

    @Test
    void aBlockObtainedOutsideOfAnyScopeLiesInNoArena() {
        long block = Native.malloc(100);
        assertEquals(Optional.empty(), UnsafeMalloc.arenaOf(block));
        Native.free(block);
    }

    @Test
    void whatTheLibraryNeedsIsNotAmongWhatJnaDisposesOf() {
        try (MallocArena arena = MallocArena.createIfSupported("arena")) {
            Memory.disposeAll();
            arena.run(() -> Native.free(Native.malloc(100)));
            if (arena.isIsolated()) {
                assertTrue(arena.info().systemBytes() > 0);
            }
        }
    }

    @Test
    void addressZeroIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> UnsafeMalloc.arenaOf(0));
    }
}
