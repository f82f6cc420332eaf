package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ceilings, on the patched glibc. */
@Tag("patched")
class ArenaLimitTest {
    private static final long LIMIT = 8 << 20;
    /** More blocks than the limit can have room for. */
    private static final int MANY = 1_000_000;

    private final MallocArena arena = MallocArena.builder("limited").limit(LIMIT).create();

    /** Obtains blocks until there is no more; the last is 0. Only those calls are in the scope. */
    private static List<Long> fill(MallocArena arena, long size) {
        List<Long> blocks = new ArrayList<>();
        do {
            try (ArenaScope scope = arena.enter()) {
                blocks.add(Native.malloc(size));
            }
        } while (blocks.get(blocks.size() - 1) != 0 && blocks.size() < MANY);
        return blocks;
    }

    private static long allocateIn(MallocArena arena, long size) {
        try (ArenaScope scope = arena.enter()) {
            return Native.malloc(size);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {24, 512, 5_000, 100_000, 300_000, 3_000_000})
    void atItsLimitAnArenaHasNoMoreAndEverythingElseGoesOn(long size) {
        List<Long> blocks = fill(arena, size);
        ArenaInfo info = arena.info();
        assertEquals(0, blocks.get(blocks.size() - 1), "no allocation failed: " + info);
        assertTrue(info.peakBytes() <= LIMIT, info::toString);
        assertTrue((blocks.size() - 1) * size > LIMIT / 4, blocks.size() + " blocks: " + info);
        MallocArena other = MallocArena.create("other");
        for (long block : new long[] {Native.malloc(LIMIT), allocateIn(other, LIMIT), allocateIn(other, size)}) {
            assertNotEquals(0, block);
            Native.free(block);
        }
        blocks.forEach(Native::free);
        long again = allocateIn(arena, size);
        assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(again));
        Native.free(again);
    }

    @Test
    void aLimitThatIsRaisedOrLiftedLetsAllocationsSucceedAgain() {
        assertEquals(LIMIT, arena.info().limitBytes());
        assertEquals(0, allocateIn(arena, LIMIT));
        arena.limit(2 * LIMIT);
        assertEquals(2 * LIMIT, arena.info().limitBytes());
        long first = allocateIn(arena, LIMIT);
        assertNotEquals(0, first);
        assertEquals(0, allocateIn(arena, LIMIT));
        arena.limit(MallocArena.UNLIMITED);
        assertEquals(MallocArena.UNLIMITED, arena.info().limitBytes());
        long second = allocateIn(arena, 10 * LIMIT);
        assertNotEquals(0, second);
        Native.free(first);
        Native.free(second);
    }

    @Test
    void aLimitBelowWhatAnArenaHasTakesNothingAwayAndStopsItsGrowth() {
        long block = allocateIn(arena, LIMIT / 2);
        long system = arena.info().systemBytes();
        arena.limit(1);
        assertEquals(0, allocateIn(arena, LIMIT / 4));
        assertEquals(system, arena.info().systemBytes());
        assertTrue(CLibrary.malloc_usable_size(block) >= LIMIT / 2);
        Native.free(block);
    }

    @Test
    void withALimitOfZeroThereIsNothingToBeHad() {
        arena.limit(0);
        assertEquals(0, allocateIn(arena, 1));
        assertEquals(0, arena.info().peakBytes());
    }

    @Test
    void eightThreadsTogetherDoNotPassTheLimit() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<List<Long>>> ends = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            long size = 200L << t;
            ends.add(pool.submit(() -> fill(arena, size)));
        }
        for (Future<List<Long>> end : ends) {
            List<Long> blocks = end.get();
            assertEquals(0, blocks.get(blocks.size() - 1));
            blocks.forEach(Native::free);
        }
        pool.shutdown();
        ArenaInfo info = arena.info();
        assertTrue(info.peakBytes() <= LIMIT && info.peakBytes() > LIMIT / 2, info::toString);
    }
}
