package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.jna.Native;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Where real blocks lie, on the patched glibc. */
@Tag("patched")
class IsolationTest {
    /** From the smallest, through the thread cache's limit, to beyond the mmap threshold. */
    private static final long[] SIZES = {1, 24, 100, 512, 1032, 1033, 5_000, 100_000, 200_000, 3_000_000};

    /** Reachable, so that they are not reported as forgotten. */
    private static final List<ArenaScope> LEFT_OPEN = new ArrayList<>();

    private final MallocArena first = MallocArena.create("first");
    private final MallocArena second = MallocArena.create("second");

    @BeforeAll
    static void thisIsThePatchedGlibc() {
        assertEquals(Optional.empty(), MallocArena.unsupportedReason());
        assertTrue(MallocArena.isSupported());
    }

    /** Obtains a block of each size, of which each must lie in {@code expected}, or in no arena if that is null. */
    private static void assertBlocksLieIn(MallocArena expected) {
        for (long size : SIZES) {
            long block = Native.malloc(size);
            assertEquals(Optional.ofNullable(expected), UnsafeMalloc.arenaOf(block), () -> "block of " + size);
            Native.free(block);
        }
    }

    /** A test that fails may leave scopes open, and is not to bring the next one down. */
    @AfterEach
    void closeAllScopes() {
        ScopeStack.ofCurrentThread().unwind(0);
    }

    @Test
    void blocksLieInTheArenaInsideAScopeAndNowhereElseOutside() {
        assertTrue(first.isIsolated());
        assertBlocksLieIn(null);
        try (ArenaScope scope = first.enter()) {
            assertBlocksLieIn(first);
        }
        assertBlocksLieIn(null);
    }

    /** Long enough for the closed arena's index and handle to be used again. */
    @Test
    void anArenaThatTookTheClosedOnesPlaceIsEnteredInstead() {
        for (int i = 0; i < 100; i++) {
            try (MallocArena arena = MallocArena.create("arena " + i)) {
                for (int j = 0; j < 3; j++) {
                    try (ArenaScope scope = arena.enter()) {
                        assertBlocksLieIn(arena);
                        assertEquals(1, arena.info().selectedThreads());
                    }
                    assertBlocksLieIn(null);
                    assertEquals(0, arena.info().selectedThreads());
                }
            }
        }
    }

    @Test
    void whatNativeCodeSelectedInAScopeIsNotSelectedAfterIt() {
        for (int i = 0; i < 3; i++) {
            try (ArenaScope a = first.enter()) {
                try (ArenaScope b = second.enter()) {
                    Swap.swap(i == 0 ? 0 : first.handle());
                    assertBlocksLieIn(i == 0 ? null : first);
                }
                assertBlocksLieIn(first);
            }
            assertBlocksLieIn(null);
        }
    }

    @Test
    void blocksLieInTheInnermostScopesArena() {
        try (ArenaScope a = first.enter()) {
            try (ArenaScope b = second.enter()) {
                assertBlocksLieIn(second);
                try (ArenaScope c = first.enter()) {
                    assertBlocksLieIn(first);
                }
                assertBlocksLieIn(second);
            }
            assertBlocksLieIn(first);
        }
        assertBlocksLieIn(null);
    }

    @Test
    void aScopeSelectsNothingForOtherThreads() throws Exception {
        ExecutorService others = Executors.newSingleThreadExecutor();
        try (ArenaScope scope = first.enter()) {
            others.submit(() -> assertBlocksLieIn(null)).get();
            others.submit(() -> second.run(() -> assertBlocksLieIn(second))).get();
            assertBlocksLieIn(first);
        } finally {
            others.shutdown();
        }
    }

    @Test
    void anExceptionRestoresTheSelection() {
        try (ArenaScope outer = first.enter()) {
            assertThrows(IllegalArgumentException.class, () -> {
                try (ArenaScope inner = second.enter()) {
                    throw new IllegalArgumentException();
                }
            });
            assertBlocksLieIn(first);
            assertThrows(IllegalArgumentException.class, () -> second.run(() -> {
                throw new IllegalArgumentException();
            }));
            assertBlocksLieIn(first);
        }
        assertBlocksLieIn(null);
    }

    @Test
    void runAndCallAllocateInTheArena() throws Exception {
        first.run(() -> assertBlocksLieIn(first));
        assertBlocksLieIn(null);
        first.call(() -> {
            second.run(() -> assertBlocksLieIn(second));
            assertBlocksLieIn(first);
            return null;
        });
        assertBlocksLieIn(null);
    }

    @Test
    void callRestoresTheSelectionThatForgottenScopesHid() {
        assertThrows(IllegalStateException.class, () -> first.call(second::enter));
        assertBlocksLieIn(null);
    }

    @Test
    void closingTwiceDoesNotDamageTheSelection() {
        try (ArenaScope outer = first.enter()) {
            ArenaScope inner = second.enter();
            inner.close();
            inner.close();
            assertBlocksLieIn(first);
        }
        assertBlocksLieIn(null);
    }

    @Test
    void closingOutOfOrderDoesNotDamageTheSelection() {
        ArenaScope outer = first.enter();
        ArenaScope inner = second.enter();
        assertThrows(IllegalStateException.class, outer::close);
        assertBlocksLieIn(second);
        inner.close();
        assertBlocksLieIn(first);
        outer.close();
        assertBlocksLieIn(null);
    }

    @Test
    void closingOnAnotherThreadDamagesNeithersSelection() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (ArenaScope scope = first.enter()) {
            other.submit(() -> {
                try (ArenaScope own = second.enter()) {
                    assertThrows(IllegalStateException.class, scope::close);
                    assertBlocksLieIn(second);
                }
                assertBlocksLieIn(null);
            }).get();
            assertBlocksLieIn(first);
        } finally {
            other.shutdown();
        }
        assertBlocksLieIn(null);
    }

    @Test
    void blocksOutliveTheirArenasCloseAndItsScopesGoOn() {
        MallocArena arena = MallocArena.create("closed");
        long block;
        try (ArenaScope scope = arena.enter()) {
            block = Native.malloc(512);
            arena.close();
            assertBlocksLieIn(arena);
        }
        assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(block));
        assertThrows(IllegalStateException.class, arena::enter);
        assertBlocksLieIn(null);
        Native.free(block);
    }

    @Test
    void blocksFreedOutsideOfTheScopeAndByOtherThreadsComeBackInTheirArenaOnly() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 20; round++) {
                long[] blocks = new long[100];
                first.run(() -> {
                    for (int i = 0; i < blocks.length; i++) {
                        blocks[i] = Native.malloc(16L * (i + 1));
                    }
                });
                for (int i = 0; i < blocks.length; i += 2) {
                    Native.free(blocks[i]);
                }
                other.submit(() -> {
                    for (int i = 1; i < blocks.length; i += 2) {
                        Native.free(blocks[i]);
                    }
                    assertNoneOfAHundredSizesLiesElsewhere(null);
                }).get();
                assertNoneOfAHundredSizesLiesElsewhere(null);
                second.run(() -> assertNoneOfAHundredSizesLiesElsewhere(second));
            }
        } finally {
            other.shutdown();
        }
    }

    private static void assertNoneOfAHundredSizesLiesElsewhere(MallocArena expected) {
        long[] blocks = new long[100];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = Native.malloc(16L * (i + 1));
        }
        for (long block : blocks) {
            assertEquals(Optional.ofNullable(expected), UnsafeMalloc.arenaOf(block));
            Native.free(block);
        }
    }

    @Test
    void aThreadThatExitsInAScopeLeavesNothingBehind() throws Exception {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Thread thread = new Thread(() -> {
                LEFT_OPEN.add(first.enter());
                blocks.add(Native.malloc(512));
                assertNoneOfAHundredSizesLiesElsewhere(first);
                LEFT_OPEN.add(second.enter());
                blocks.add(Native.malloc(512));
            });
            thread.start();
            thread.join();
        }
        assertEquals(100, blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            assertEquals(Optional.of(i % 2 == 0 ? first : second), UnsafeMalloc.arenaOf(blocks.get(i)));
            Native.free(blocks.get(i));
        }
        Thread next = new Thread(() -> blocks.add(Native.malloc(512)));
        next.start();
        next.join();
        assertEquals(Optional.empty(), UnsafeMalloc.arenaOf(blocks.get(100)));
        assertBlocksLieIn(null);
    }

    @Test
    void manyThreadsThatAllocateFreeAndSwitchByTurnsMisplaceNoBlock() throws Exception {
        int threads = 8;
        AtomicLong checked = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> ends = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(t);
            ends.add(pool.submit(() -> {
                long[] blocks = new long[200];
                for (int i = 0; i < 20_000; i++) {
                    MallocArena arena = switch (random.nextInt(3)) {
                        case 0 -> first;
                        case 1 -> second;
                        default -> null;
                    };
                    int slot = random.nextInt(blocks.length);
                    Native.free(blocks[slot]);
                    long size = 1 + random.nextInt(2000);
                    if (arena == null) {
                        blocks[slot] = Native.malloc(size);
                    } else {
                        try (ArenaScope scope = arena.enter()) {
                            blocks[slot] = Native.malloc(size);
                        }
                    }
                    if (i % 20 == 0) {
                        assertEquals(Optional.ofNullable(arena), UnsafeMalloc.arenaOf(blocks[slot]));
                        checked.incrementAndGet();
                    }
                }
                for (long block : blocks) {
                    Native.free(block);
                }
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        pool.shutdown();
        assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
        assertEquals(threads * 1000L, checked.get());
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK has no virtual threads")
    void aThousandVirtualThreadsAllocateEachInItsArenaAndNoCarrierKeepsOne() throws Throwable {
        AtomicLong turn = new AtomicLong();
        VirtualThreads.run(1000, () -> {
            MallocArena arena = turn.incrementAndGet() % 2 == 0 ? first : second;
            long block = arena.call(() -> {
                long allocated = Native.malloc(512);
                Thread.sleep(1);
                return allocated;
            });
            assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(block));
            Native.free(block);
            assertABlockLiesInNoArena();
        });
        VirtualThreads.run(1000, IsolationTest::assertABlockLiesInNoArena);
    }

    private static void assertABlockLiesInNoArena() {
        long block = Native.malloc(512);
        assertEquals(Optional.empty(), UnsafeMalloc.arenaOf(block));
        Native.free(block);
    }

    @Test
    void mallocInfoMarksDedicatedArenas() {
        int before = dedicatedHeaps();
        MallocArena arena = MallocArena.create("shown");
        arena.run(() -> assertBlocksLieIn(arena));
        assertTrue(dedicatedHeaps() > before, Malloc::info);
    }

    private static int dedicatedHeaps() {
        return Malloc.info().split(" type=\"dedicated\"", -1).length - 1;
    }

    @Test
    void theReturnOfMemoryCanBeSwitchedOnAndOff() {
        assertTrue(Malloc.returnMemory(true));
        assertTrue(Malloc.returnMemory(false));
    }
}
