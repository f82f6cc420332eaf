package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of an arena that is closed, on the patched glibc. */
@Tag("patched")
class RetirementTest {
    /** Reachable, so that it is not reported as forgotten. */
    private static final AtomicReference<ArenaScope> LEFT_OPEN = new AtomicReference<>();

    private final MallocArena arena = MallocArena.create("arena");

    private static long allocateIn(MallocArena arena, long size) {
        try (ArenaScope scope = arena.enter()) {
            return Native.malloc(size);
        }
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).sum();
    }

    /** Of the mappings that these blocks are in, and not of what the JVM does meanwhile. */
    private static long residentBytes(NavigableSet<Long> blocks) throws IOException {
        Pattern mapping = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
        long sum = 0;
        boolean counts = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            Matcher matcher = mapping.matcher(line);
            if (matcher.matches()) {
                Long block = blocks.ceiling(Long.parseUnsignedLong(matcher.group(1), 16));
                counts = block != null && block < Long.parseUnsignedLong(matcher.group(2), 16);
            } else if (counts && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return sum;
    }

    @Test
    void anArenaThatNobodyIsInIsRetiredAtOnce() {
        assertFalse(arena.isRetired());
        arena.close();
        assertTrue(arena.isRetired());
        arena.close();
        assertTrue(arena.isRetired());
    }

    @Test
    void blocksOfARetiredArenaStayItsOwnUntilTheyAreFreed() {
        long small = allocateIn(arena, 100);
        long large = allocateIn(arena, 1 << 20);
        new Pointer(small).setMemory(0, 100, (byte) 7);
        arena.close();
        assertTrue(arena.isRetired());
        List<MallocArena> later = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            later.add(MallocArena.create("later"));
        }
        assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(small));
        assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(large));
        assertEquals(7, new Pointer(small).getByte(99));
        Native.free(small);
        assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(large));
        Native.free(large);
        later.forEach(MallocArena::close);
    }

    @Test
    void aHandleThatIsGivenOutAnewIsTheNewArenas() {
        Set<Long> handles = new HashSet<>();
        boolean again = false;
        for (int i = 0; i < 10_000; i++) {
            MallocArena next = MallocArena.create("number " + i);
            again |= !handles.add(next.handle());
            long block = allocateIn(next, 100);
            assertEquals(Optional.of(next), UnsafeMalloc.arenaOf(block));
            Native.free(block);
            next.close();
            assertTrue(next.isRetired());
        }
        assertTrue(again, "no handle was given out twice");
    }

    @Test
    void theMemoryOfARetiredArenaGoesBackWhenAnotherThreadFreesItsBlocks() throws Exception {
        NavigableSet<Long> blocks = new TreeSet<>();
        for (int i = 0; i < 64_000; i++) {
            long block = allocateIn(arena, 1000);
            new Pointer(block).setMemory(0, 1000, (byte) 1);
            blocks.add(block);
        }
        arena.close();
        long held = residentBytes(blocks);
        assertTrue(held > 60_000_000, () -> "held " + held);
        Thread other = new Thread(() -> {
            for (long block : blocks) {
                Native.free(block);
            }
        });
        other.start();
        other.join();
        long left = residentBytes(blocks);
        assertTrue(left < 4_000_000, () -> "held " + held + ", left " + left);
    }

    @Test
    void anArenaClosedInItsScopeIsRetiredAtTheScopesEnd() {
        long block;
        try (ArenaScope scope = arena.enter()) {
            arena.close();
            assertFalse(arena.isRetired());
            block = Native.malloc(100);
        }
        assertTrue(arena.isRetired());
        assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(block));
        Native.free(block);
    }

    @Test
    void anArenaOfWhichAScopeIsOpenAroundAnothersIsNotRetired() {
        MallocArena inner = MallocArena.create("inner");
        long block;
        try (ArenaScope outerScope = arena.enter()) {
            try (ArenaScope innerScope = inner.enter()) {
                arena.close();
                inner.close();
                assertFalse(arena.isRetired());
            }
            assertTrue(inner.isRetired());
            assertFalse(arena.isRetired());
            block = Native.malloc(100);
            assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(block));
        }
        assertTrue(arena.isRetired());
        Native.free(block);
    }

    @Test
    void anArenaIsRetiredByTheThreadThatLeavesItsLastScope() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        List<CountDownLatch> leave = List.of(new CountDownLatch(1), new CountDownLatch(1));
        List<Thread> threads = new ArrayList<>();
        for (CountDownLatch mayLeave : leave) {
            Thread thread = new Thread(() -> arena.run(() -> {
                entered.countDown();
                try {
                    mayLeave.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
            thread.start();
            threads.add(thread);
        }
        entered.await();
        arena.close();
        for (int i = 0; i < 2; i++) {
            assertFalse(arena.isRetired());
            leave.get(i).countDown();
            threads.get(i).join();
        }
        assertTrue(arena.isRetired());
    }

    @Test
    void manyNestedScopesHoldTheirArenas() {
        List<MallocArena> arenas = new ArrayList<>();
        nest(arenas, 20);
        assertTrue(arenas.stream().allMatch(MallocArena::isRetired));
    }

    private static void nest(List<MallocArena> arenas, int more) {
        if (more > 0) {
            MallocArena own = MallocArena.create("nested");
            arenas.add(own);
            try (ArenaScope scope = own.enter()) {
                own.close();
                nest(arenas, more - 1);
                assertFalse(own.isRetired());
                long block = Native.malloc(100);
                assertEquals(Optional.of(own), UnsafeMalloc.arenaOf(block));
                Native.free(block);
            }
        }
    }

    @Test
    @Timeout(30)
    void aThreadThatEndsInAScopeDoesNotKeepTheArena() throws Exception {
        Thread thread = new Thread(() -> LEFT_OPEN.set(arena.enter()));
        thread.start();
        thread.join();
        arena.close();
        while (!arena.isRetired()) {
            Thread.sleep(50);
        }
        assertThrows(IllegalStateException.class, LEFT_OPEN.get()::close);
    }

    @Test
    @Timeout(30)
    void anArenaCanBeClosedByACleanerWhileOthersAreInIt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread thread = new Thread(() -> arena.run(() -> {
            entered.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Selection.assertIs(arena);
        }));
        thread.start();
        entered.await();
        Cleaner.create().register(new Object(), arena::close);
        while (!arena.isClosed()) {
            System.gc();
            Thread.sleep(10);
        }
        assertFalse(arena.isRetired());
        leave.countDown();
        thread.join();
        while (!arena.isRetired()) {
            Thread.sleep(10);
        }
        Selection.assertIs(null);
    }

    /** In a JVM whose own memory does not grow meanwhile, nor JMX's. */
    @Test
    void aHundredThousandArenasMadeAndClosedLeaveTheProcessWhereItWas() throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.arenascope.jmx=false"), MakeAndClose.class);
        assertEquals(0, child.exitCode(), child.output());
        long grown = child.output().lines().filter(line -> line.startsWith(MakeAndClose.GREW))
                .mapToLong(line -> Long.parseLong(line.substring(MakeAndClose.GREW.length()))).sum();
        assertTrue(grown < 1_000_000, child::output);
    }

    static final class MakeAndClose {
        static final String GREW = "grew by ";

        public static void main(String[] args) throws IOException {
            makeAndClose(20_000);
            long before = residentBytes();
            makeAndClose(100_000);
            System.out.println(GREW + (residentBytes() - before));
        }

        private static void makeAndClose(int count) {
            for (int i = 0; i < count; i++) {
                MallocArena arena = MallocArena.create("short-lived");
                long block = allocateIn(arena, 100);
                arena.close();
                Native.free(block);
                if (!arena.isRetired()) {
                    throw new AssertionError(arena);
                }
            }
        }
    }

    @Test
    void whoeverEntersWhileAnArenaIsClosedAllocatesInItOrNotAtAll() throws Exception {
        AtomicReference<MallocArena> current = new AtomicReference<>(MallocArena.create("first"));
        AtomicLong entered = new AtomicLong();
        List<MallocArena> closed = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> ends = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            boolean nests = t % 2 == 0;
            ends.add(pool.submit(() -> {
                for (MallocArena now = current.get(); now != null; now = current.get()) {
                    long block = 0;
                    try (ArenaScope scope = now.enter()) {
                        if (nests) {
                            arena.run(() -> Native.free(Native.malloc(100)));
                        }
                        block = Native.malloc(100);
                    } catch (IllegalStateException e) {
                        assertTrue(now.isClosed());
                    }
                    if (block != 0) {
                        assertEquals(Optional.of(now), UnsafeMalloc.arenaOf(block));
                        Native.free(block);
                        entered.incrementAndGet();
                    }
                }
            }));
        }
        for (int i = 0; i < 20_000; i++) {
            MallocArena last = current.getAndSet(MallocArena.create("number " + i));
            last.close();
            closed.add(last);
        }
        MallocArena last = current.getAndSet(null);
        for (Future<?> end : ends) {
            end.get();
        }
        last.close();
        pool.shutdown();
        assertTrue(entered.get() > 1000, () -> entered + " scopes");
        assertTrue(last.isRetired());
        assertTrue(closed.stream().allMatch(MallocArena::isRetired), "an arena was left over");
    }

    @Test
    void anAccountIsTheArenasOwnWhileOthersTakeTheHandlesOfClosedOnes() throws Exception {
        record Limited(MallocArena arena, long limit) {
            Limited(int number) {
                this(MallocArena.builder("number " + number).limit(4096L * (number + 1)).create(),
                        4096L * (number + 1));
            }
        }
        AtomicReference<Limited> current = new AtomicReference<>(new Limited(0));
        AtomicLong told = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        List<Future<?>> ends = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            ends.add(pool.submit(() -> {
                for (Limited now = current.get(); now != null; now = current.get()) {
                    try {
                        while (true) {
                            assertEquals(now.limit(), now.arena().info().limitBytes());
                            told.incrementAndGet();
                        }
                    } catch (IllegalStateException e) {
                        assertTrue(now.arena().isClosed());
                    }
                }
            }));
        }
        for (int i = 1; i <= 20_000; i++) {
            current.getAndSet(new Limited(i)).arena().close();
        }
        current.getAndSet(null).arena().close();
        for (Future<?> end : ends) {
            end.get();
        }
        pool.shutdown();
        assertTrue(told.get() > 1000, () -> told + " accounts");
    }
}
