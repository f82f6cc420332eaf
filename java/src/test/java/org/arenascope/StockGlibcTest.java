package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;

import com.sun.jna.Function;
import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds on a glibc that has no dedicated arenas. */
@Tag("stock")
class StockGlibcTest {
    @Test
    void theReasonNamesGlibcsVersionTheMissingSymbolAndTheFix() {
        assertFalse(MallocArena.isSupported());
        String glibc = (String) Function.getFunction("c", "gnu_get_libc_version").invoke(String.class, new Object[0]);
        String reason = MallocArena.unsupportedReason().orElseThrow();
        assertAll(
                () -> assertTrue(reason.contains("glibc " + glibc), reason),
                () -> assertTrue(reason.contains("malloc_arena_new@GLIBC_ARENA_1.0"), reason),
                () -> assertTrue(reason.contains("arenascope:jdk21"), reason));
    }

    @Test
    void anArenaCannotBeMadeAndTheExceptionNamesTheFix() {
        String message = assertThrows(UnsupportedOperationException.class, () -> MallocArena.create("netio"))
                .getMessage();
        assertAll(
                () -> assertTrue(message.contains("'netio'"), message),
                () -> assertTrue(message.contains(MallocArena.unsupportedReason().orElseThrow()), message),
                () -> assertTrue(message.contains("createIfSupported"), message));
    }

    @Test
    void anArenaMadeIfSupportedHasScopesThatDoNothing() throws Exception {
        try (MallocArena arena = MallocArena.createIfSupported("netio")) {
            assertFalse(arena.isIsolated());
            try (ArenaScope scope = arena.enter()) {
                assertSame(arena, scope.arena());
                long block = Native.malloc(100);
                assertEquals(Optional.empty(), UnsafeMalloc.arenaOf(block));
                Native.free(block);
            }
            assertEquals(42, arena.call(() -> 42));
        }
    }

    @Test
    void anArenaMadeIfSupportedHasNoAccountAndSaysWhy() {
        MallocArena arena = MallocArena.createIfSupported("netio");
        assertNamesTheReason(assertThrows(UnsupportedOperationException.class, arena::info));
        assertFalse(arena.trim());
        arena.inherit(true);
        arena.close();
        assertTrue(arena.isRetired());
    }

    @Test
    void aLimitIsNeverIgnored() {
        MallocArena arena = MallocArena.createIfSupported("netio");
        assertNamesTheReason(assertThrows(UnsupportedOperationException.class, () -> arena.limit(1 << 20)));
        arena.limit(MallocArena.UNLIMITED);
        MallocArena.Builder limited = MallocArena.builder("netio").limit(1 << 20);
        assertNamesTheReason(assertThrows(UnsupportedOperationException.class, limited::createIfSupported));
        assertNamesTheReason(assertThrows(UnsupportedOperationException.class, limited::create));
        assertFalse(MallocArena.builder("netio").inherit(true).createIfSupported().isIsolated());
    }

    private static void assertNamesTheReason(UnsupportedOperationException e) {
        assertTrue(e.getMessage().contains("'netio'"), e.getMessage());
        assertTrue(e.getMessage().contains(MallocArena.unsupportedReason().orElseThrow()), e.getMessage());
    }

    @Test
    void theReturnOfMemoryCannotBeSwitchedOn() {
        assertFalse(Malloc.returnMemory(true));
        assertFalse(Malloc.returnMemory(false));
    }
}
