package org.arenascope.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;
import org.arenascope.internal.Settled;
import org.arenascope.internal.TestArenas;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Micrometer shows of arenas, on the patched glibc. */
@Tag("patched")
class MallocArenaMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MallocArenaMetrics metrics = new MallocArenaMetrics(Tags.of("service", "search"));
    private final TestArenas arenas = new TestArenas();

    @AfterEach
    void close() throws Exception {
        metrics.close();
        arenas.close();
    }

    private Search find(String meter, String arena) {
        return registry.find("arenascope.arena." + meter).tags("service", "search", "arena", arena);
    }

    private double gauge(String meter, String arena) {
        return find(meter, arena).gauge().value();
    }

    /** The JVM has blocks in the arena, too, which it frees when it likes: the account is read before and after. */
    @Test
    @Timeout(60)
    void gaugesHaveTheFiguresOfTheAccount() {
        MallocArena arena = arenas.create("figures");
        arena.limit(64 << 20);
        arenas.allocateIn(arena, 1000);
        arenas.allocateIn(arena, 40 << 20);
        metrics.bindTo(registry);
        ArenaInfo info;
        ArenaInfo shown;
        do {
            info = arena.info();
            shown = new ArenaInfo((long) gauge("system", "figures"), (long) gauge("mapped", "figures"),
                    (long) gauge("used", "figures"), (long) gauge("cached", "figures"),
                    (long) gauge("returned", "figures"), (long) gauge("peak", "figures"),
                    (long) gauge("limit", "figures"), (long) gauge("threads", "figures"));
        } while (!info.equals(arena.info()));
        assertEquals(info, shown);
        assertEquals(2, find("scopes", "figures").functionCounter().count());
        assertEquals("bytes", find("system", "figures").gauge().getId().getBaseUnit());
        arena.limit(MallocArena.UNLIMITED);
        assertEquals(Double.NaN, gauge("limit", "figures"));
    }

    @Test
    void anArenaThatIsMadeLaterIsShownUntilItIsRetired() throws Exception {
        metrics.bindTo(registry);
        MallocArena arena = arenas.create("later");
        Settled.await();
        assertNotNull(find("used", "later").gauge());
        arena.close();
        Settled.await();
        assertTrue(find("used", "later").meters().isEmpty());
        assertTrue(registry.find("arenascope.arena.scopes").tags("arena", "later").meters().isEmpty());
    }

    @Test
    void arenasOfOneNameAreShownAsTheirSumAndScopesNeverFall() throws Exception {
        metrics.bindTo(registry);
        MallocArena first = arenas.create("twin");
        MallocArena second = arenas.create("twin");
        arenas.allocateIn(first, 1_000_000);
        arenas.allocateIn(second, 2_000_000);
        arenas.allocateIn(second, 100);
        Settled.await();
        assertEquals(first.info().inUseBytes() + second.info().inUseBytes(), gauge("used", "twin"));
        assertEquals(3, find("scopes", "twin").functionCounter().count());
        second.close();
        Settled.await();
        assertEquals(first.info().inUseBytes(), gauge("used", "twin"));
        assertEquals(3, find("scopes", "twin").functionCounter().count());
    }

    @Test
    void theNumberOfArenasIsThatOfAll() {
        metrics.bindTo(registry);
        arenas.create("counted");
        assertEquals(MallocArena.arenas().size(), registry.get("arenascope.arenas").gauge().value());
    }

    @Test
    void aClosedBinderLeavesNothingBehind() throws Exception {
        arenas.create("bound");
        metrics.bindTo(registry);
        assertTrue(registry.getMeters().size() >= 10);
        metrics.close();
        arenas.create("unbound");
        Settled.await();
        assertEquals(List.of(), registry.getMeters());
    }

    @Test
    void aRegistryIsFollowedThoughNobodyKeepsTheBinder() throws Exception {
        new MallocArenaMetrics(Tags.of("service", "search")).bindTo(registry);
        collectGarbage();
        arenas.create("followed");
        Settled.await();
        assertNotNull(find("used", "followed").gauge());
    }

    @Test
    void aRegistryIsNotKeptAlive() throws Exception {
        arenas.create("bound");
        WeakReference<MeterRegistry> reference = new WeakReference<>(new SimpleMeterRegistry());
        new MallocArenaMetrics().bindTo(reference.get());
        Settled.await();
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            collectGarbage();
        }
        assertNull(reference.get());
    }

    private static void collectGarbage() throws InterruptedException {
        System.gc();
        Thread.sleep(20);
    }
}
