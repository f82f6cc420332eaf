package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Optional;

import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import com.sun.jna.Function;
import com.sun.jna.Native;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.arenascope.internal.Settled;
import org.arenascope.observe.MallocArenaMXBean;
import org.arenascope.observe.MallocArenaMetrics;
import org.arenascope.observe.MallocMXBean;
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

    @Test
    void theBeansSayThatThereIsNoSupportAndWhy() throws Exception {
        assertThrows(UnsupportedOperationException.class, () -> MallocArena.create("refused"));
        MallocArena arena = MallocArena.createIfSupported("not isolated");
        Settled.await();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        MallocMXBean all = JMX.newMXBeanProxy(server, new ObjectName("org.arenascope:type=Malloc"), MallocMXBean.class);
        MallocArenaMXBean one = JMX.newMXBeanProxy(server,
                new ObjectName("org.arenascope:type=MallocArena,name=not isolated"), MallocArenaMXBean.class);
        arena.enter().close();
        assertAll(
                () -> assertFalse(all.isSupported()),
                () -> assertEquals(MallocArena.unsupportedReason().orElseThrow(), all.getUnsupportedReason()),
                () -> assertNull(all.getBinding()),
                () -> assertEquals(0, all.getSystemBytes()),
                () -> assertTrue(all.info().startsWith("<malloc version"), all::info),
                () -> assertFalse(one.isIsolated()),
                () -> assertEquals(-1, one.getSystemBytes()),
                () -> assertEquals(-1, one.getLimitBytes()),
                () -> assertEquals(1, one.getScopes()),
                () -> assertFalse(one.trim()));
        assertTrue(assertThrows(UnsupportedOperationException.class, () -> one.setLimitBytes(1 << 20))
                .getMessage().contains("'not isolated' can have no limit"));
        arena.close();
    }

    @Test
    void theMetersOfAnArenaThatIsNotIsolatedAreNoNumbers() {
        MallocArena arena = MallocArena.createIfSupported("no numbers");
        arena.enter().close();
        MeterRegistry registry = new SimpleMeterRegistry();
        try (MallocArenaMetrics metrics = new MallocArenaMetrics()) {
            metrics.bindTo(registry);
            assertEquals(Double.NaN, registry.get("arenascope.arena.used").tag("arena", "no numbers").gauge().value());
            assertEquals(1, registry.get("arenascope.arena.scopes").tag("arena", "no numbers").functionCounter()
                    .count());
        }
        arena.close();
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
