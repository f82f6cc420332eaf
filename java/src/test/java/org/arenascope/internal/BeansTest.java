package org.arenascope.internal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;

import javax.management.Attribute;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

import org.arenascope.ArenaInfo;
import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;
import org.arenascope.observe.MallocArenaMXBean;
import org.arenascope.observe.MallocMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What JMX shows of arenas, on the patched glibc. */
@Tag("patched")
class BeansTest {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final TestArenas arenas = new TestArenas();

    @AfterEach
    void closeAll() throws Exception {
        arenas.close();
    }

    private static ObjectName name(String keys) throws Exception {
        return new ObjectName("org.arenascope:type=" + keys);
    }

    private static MallocArenaMXBean bean(String keys) throws Exception {
        Settled.await();
        return JMX.newMXBeanProxy(SERVER, name("MallocArena,name=" + keys), MallocArenaMXBean.class);
    }

    private static MallocMXBean beanOfAll() throws Exception {
        Settled.await();
        return JMX.newMXBeanProxy(SERVER, name("Malloc"), MallocMXBean.class);
    }

    /** The JVM has blocks in the arena, too, which it frees when it likes: the account is read before and after. */
    @Test
    @Timeout(60)
    void anArenaIsABeanWithTheFiguresOfItsAccount() throws Exception {
        MallocArena arena = arenas.create("figures");
        arena.limit(64 << 20);
        for (int i = 1; i < 1000; i++) {
            arenas.allocateIn(arena, i);
        }
        arenas.allocateIn(arena, 40 << 20);
        arenas.free(500);
        MallocArenaMXBean bean = bean("figures");
        ArenaInfo info;
        ArenaInfo shown;
        do {
            info = arena.info();
            shown = new ArenaInfo(bean.getSystemBytes(), bean.getMappedBytes(), bean.getInUseBytes(),
                    bean.getCachedBytes(), bean.getReturnedBytes(), bean.getPeakBytes(), bean.getLimitBytes(),
                    bean.getSelectedThreads());
        } while (!info.equals(arena.info()));
        assertEquals(info, shown);
        assertTrue(info.mappedBytes() > 40 << 20 && info.cachedBytes() > 0, info.toString());
        assertEquals("figures", bean.getName());
        assertTrue(bean.isIsolated());
        assertFalse(bean.isClosed());
        assertEquals(1000, bean.getScopes());
        arena.run(() -> assertEquals(1, bean.getSelectedThreads()));
        assertEquals(1001, bean.getScopes());
    }

    @Test
    void theLimitCanBeSetAndLifted() throws Exception {
        MallocArena arena = arenas.create("limited");
        MallocArenaMXBean bean = bean("limited");
        assertEquals(-1, bean.getLimitBytes());
        bean.setLimitBytes(1 << 20);
        assertEquals(1 << 20, arena.info().limitBytes());
        bean.setLimitBytes(-1);
        assertEquals(MallocArena.UNLIMITED, arena.info().limitBytes());
        bean.setLimitBytes(MallocArena.UNLIMITED);
        assertEquals(-1, bean.getLimitBytes());
    }

    @Test
    void aLimitThatIsNoneIsRefusedAndSaysWhatWouldBeOne() throws Exception {
        arenas.create("limited");
        Settled.await();
        RuntimeMBeanException e = assertThrows(RuntimeMBeanException.class, () -> SERVER.setAttribute(
                name("MallocArena,name=limited"), new Attribute("LimitBytes", -2L)));
        assertInstanceOf(IllegalArgumentException.class, e.getCause());
        assertTrue(e.getCause().getMessage().contains("-1 for none; not -2"), e.getCause().getMessage());
    }

    @Test
    void trimGivesBackWhatIsFree() throws Exception {
        MallocArena arena = arenas.create("trimmed");
        for (int i = 0; i < 1000; i++) {
            arenas.allocateIn(arena, 100);
        }
        arenas.free(1000);
        MallocArenaMXBean bean = bean("trimmed");
        assertTrue(bean.trim());
        assertFalse(bean.trim());
    }

    @Test
    void anArenaThatWaitsToBeRetiredCanBeReadAndNotChanged() throws Exception {
        MallocArena arena = arenas.create("closed");
        MallocArenaMXBean bean = bean("closed");
        try (ArenaScope scope = arena.enter()) {
            arenas.allocateIn(arena, 100_000);
            arena.close();
            Settled.await();
            assertTrue(bean.isClosed());
            assertTrue(bean.getInUseBytes() >= 100_000);
            assertEquals(1, bean.getSelectedThreads());
            String message = assertThrows(IllegalStateException.class, () -> bean.setLimitBytes(1)).getMessage();
            assertTrue(message.contains("'closed' is closed"), message);
        }
    }

    @Test
    void aRetiredArenaIsNoBeanAndABeanOfItHasNoFigures() throws Exception {
        MallocArena arena = arenas.create("retired");
        Settled.await();
        ArenaBean bean = new ArenaBean(arena);
        arena.close();
        assertAll(
                () -> assertEquals(-1, bean.getSystemBytes()),
                () -> assertEquals(-1, bean.getLimitBytes()),
                () -> assertEquals(-1, bean.getSelectedThreads()),
                () -> assertEquals("retired", bean.getName()));
        Settled.await();
        assertFalse(SERVER.isRegistered(name("MallocArena,name=retired")));
    }

    @Test
    void arenasOfOneNameAreABeanEach() throws Exception {
        MallocArena first = arenas.create("twin");
        Settled.await();
        MallocArena second = arenas.create("twin");
        arenas.allocateIn(second, 100_000);
        assertTrue(bean("twin").getInUseBytes() < 100_000);
        assertTrue(bean("twin,id=2").getInUseBytes() >= 100_000);
        first.close();
        Settled.await();
        assertFalse(SERVER.isRegistered(name("MallocArena,name=twin")));
        assertTrue(bean("twin,id=2").getInUseBytes() >= 100_000);
        arenas.create("twin");
        assertTrue(bean("twin").getInUseBytes() < 100_000);
    }

    @Test
    void aNameIsQuotedIfJmxWantsItSo() throws Exception {
        for (String odd : List.of("a,b", "a=b", "a:b", "\"a\"", "what?", "*", "two words", "back\\slash",
                "\u00fcber")) {
            arenas.create(odd);
            Settled.await();
            boolean found = SERVER.queryNames(name("MallocArena,*"), null).stream()
                    .map(name -> JMX.newMXBeanProxy(SERVER, name, MallocArenaMXBean.class).getName())
                    .anyMatch(odd::equals);
            assertTrue(found, odd);
        }
        assertTrue(SERVER.isRegistered(name("MallocArena,name=two words")));
        assertTrue(SERVER.isRegistered(name("MallocArena,name=\"a,b\"")));
    }

    @Test
    void theBeanOfAllHasSumsAndTheBinding() throws Exception {
        MallocMXBean all = beanOfAllAndSomething();
        long inUse = all.getInUseBytes();
        long system = all.getSystemBytes();
        int count = all.getArenas();
        MallocArena one = arenas.create("one");
        MallocArena two = arenas.create("two");
        arenas.allocateIn(one, 1_000_000);
        arenas.allocateIn(two, 2_000_000);
        long ours = one.info().inUseBytes() + two.info().inUseBytes();
        assertAll(
                () -> assertTrue(all.isSupported()),
                () -> assertNull(all.getUnsupportedReason()),
                () -> assertEquals(MallocArena.binding().orElseThrow().name(), all.getBinding()),
                () -> assertEquals(count + 2, all.getArenas()),
                // What other tests left in their arenas may go meanwhile.
                () -> assertEquals(inUse + ours, all.getInUseBytes(), 100_000),
                () -> assertTrue(all.getSystemBytes() >= system + ours),
                () -> assertTrue(all.info().startsWith("<malloc version"), all::info));
    }

    private MallocMXBean beanOfAllAndSomething() throws Exception {
        arenas.create("something");
        return beanOfAll();
    }
}
