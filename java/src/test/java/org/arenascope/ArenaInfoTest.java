package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That an arena's account is exact, on the patched glibc. */
@Tag("patched")
class ArenaInfoTest {
    private static final long PAGE = 4096;
    private static final long LARGEST = 64 << 20;

    private final MallocArena arena = MallocArena.create("account");

    private static long allocateIn(MallocArena arena, long size) {
        try (ArenaScope scope = arena.enter()) {
            return Native.malloc(size);
        }
    }

    /** In a JVM that compiles nothing: a thread that has a method compiled obtains a block for that, in a scope too. */
    private static void assertHolds(String promise) throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of("-Xint", "-ea"), Promises.class, promise);
        assertEquals(0, child.exitCode(), child.output());
    }

    @Test
    void aNewArenaHoldsNothingAndHasNoLimit() {
        ArenaInfo info = arena.info();
        assertEquals(0, info.inUseBytes());
        assertEquals(0, info.mappedBytes());
        assertEquals(0, info.cachedBytes());
        assertEquals(0, info.selectedThreads());
        assertEquals(MallocArena.UNLIMITED, info.limitBytes());
    }

    @Test
    void bytesInUseAreExactForBlocksOfEverySize() throws Exception {
        assertHolds("bytesInUseAreExactForBlocksOfEverySize");
    }

    @Test
    void bytesInUseAreExactWhenBlocksAreFreedByOtherThreads() throws Exception {
        assertHolds("bytesInUseAreExactWhenBlocksAreFreedByOtherThreads");
    }

    @Test
    void bytesInUseAreExactWhenReallocGrowsShrinksAndMovesBlocks() throws Exception {
        assertHolds("bytesInUseAreExactWhenReallocGrowsShrinksAndMovesBlocks");
    }

    @Test
    void aBlockInAThreadsCacheIsCachedAndNotInUse() throws Exception {
        assertHolds("aBlockInAThreadsCacheIsCachedAndNotInUse");
    }

    @Test
    void otherArenasAndBlocksOutsideOfScopesDoNotCount() throws Exception {
        assertHolds("otherArenasAndBlocksOutsideOfScopesDoNotCount");
    }

    @Test
    void threadsCountWhileTheyHaveTheArenaSelected() throws Exception {
        int threads = 5;
        CountDownLatch entered = new CountDownLatch(threads);
        CountDownLatch leave = new CountDownLatch(1);
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            boolean allocates = i % 2 == 0;
            all[i] = new Thread(() -> arena.run(() -> {
                try {
                    if (allocates) {
                        Native.free(Native.malloc(100));
                    }
                    entered.countDown();
                    leave.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
            all[i].start();
        }
        entered.await();
        // A thread that obtains its first block in the arena at this moment may count twice.
        for (Thread thread : all) {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
        }
        assertEquals(threads, arena.info().selectedThreads());
        arena.run(() -> assertEquals(threads + 1, arena.info().selectedThreads()));
        leave.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertEquals(0, arena.info().selectedThreads());
    }

    @Test
    void thePeakStaysWhenTheMemoryGoesBack() {
        long block = allocateIn(arena, LARGEST);
        long system = arena.info().systemBytes();
        Native.free(block);
        ArenaInfo info = arena.info();
        assertTrue(info.systemBytes() <= system - LARGEST, info::toString);
        assertEquals(system, info.peakBytes(), info::toString);
    }

    @Test
    void trimGivesBackWhatTheArenaHoldsAndIsFree() {
        long[] blocks = new long[10_000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = allocateIn(arena, 100);
        }
        for (int i = 0; i < blocks.length - 1; i++) {
            Native.free(blocks[i]);
        }
        arena.trim();
        ArenaInfo info = arena.info();
        assertTrue(info.systemBytes() - info.returnedBytes() <= 16 * PAGE, info::toString);
        assertFalse(arena.trim(), "a second trim found something to give back");
        Native.free(blocks[blocks.length - 1]);
    }

    /** What {@link #assertHolds} names. */
    static final class Promises {
        private final MallocArena arena = MallocArena.create("account");

        public static void main(String[] args) throws Exception {
            runEverythingOnce();
            Promises.class.getDeclaredMethod(args[0]).invoke(new Promises());
        }

        /** So that the JVM has loaded all that it takes, and obtains nothing for itself in the scopes. */
        private static void runEverythingOnce() throws Exception {
            MallocArena arena = MallocArena.create("warm-up");
            for (long size : new long[] {100, 1 << 20}) {
                long block = resizeIn(arena, allocateIn(arena, size), 2 * size);
                arena.info();
                bytesOf(block, true);
                freeIn(arena, block);
            }
            arena.close();
        }

        private static long resizeIn(MallocArena arena, long block, long size) {
            try (ArenaScope scope = arena.enter()) {
                return CLibrary.realloc(block, size);
            }
        }

        private static void freeIn(MallocArena arena, long block) {
            try (ArenaScope scope = arena.enter()) {
                Native.free(block);
            }
        }

        /** What a block counts, with or without a mapping of its own. */
        private static long bytesOf(long block, boolean mapped) {
            long usable = CLibrary.malloc_usable_size(block);
            return mapped ? (usable + PAGE - 1) / PAGE * PAGE : usable + Long.BYTES;
        }

        void bytesInUseAreExactForBlocksOfEverySize() {
            long inUse = 0;
            long mapped = 0;
            long mappings = 0;
            for (long size = 1; size <= LARGEST; size += 1 + size / 7) {
                long block = allocateIn(arena, size);
                ArenaInfo info = arena.info();
                boolean ownMapping = info.mappedBytes() != mapped;
                long bytes = bytesOf(block, ownMapping);
                inUse += bytes;
                mapped += ownMapping ? bytes : 0;
                mappings += ownMapping ? 1 : 0;
                assertEquals(inUse, info.inUseBytes(), "in use, after a block of " + size);
                assertEquals(mapped, info.mappedBytes(), "mapped, after a block of " + size);
                assertTrue(info.systemBytes() >= info.inUseBytes(), info::toString);
                assertTrue(info.peakBytes() >= info.systemBytes(), info::toString);
                assertEquals(0, info.systemBytes() % PAGE, info::toString);
            }
            assertTrue(mappings > 0, "no block had a mapping of its own");
        }

        void bytesInUseAreExactWhenBlocksAreFreedByOtherThreads() throws Exception {
            int count = 2_000;
            long[] blocks = new long[count];
            for (int i = 0; i < count; i++) {
                blocks[i] = allocateIn(arena, 1 + i * 173L);
            }
            long held = arena.info().inUseBytes();
            assertTrue(held > 173L * count * (count - 1) / 2, "held " + held);
            Thread other = new Thread(() -> {
                for (int i = 1; i < count; i++) {
                    Native.free(blocks[i]);
                }
            });
            other.start();
            other.join();
            ArenaInfo info = arena.info();
            assertEquals(bytesOf(blocks[0], false), info.inUseBytes(), info::toString);
            assertEquals(0, info.mappedBytes(), info::toString);
            Native.free(blocks[0]);
        }

        void bytesInUseAreExactWhenReallocGrowsShrinksAndMovesBlocks() {
            long block = allocateIn(arena, 1);
            for (long size : new long[] {40, 5_000, 200_000, 1 << 20, 40 << 20, 3 << 20, LARGEST, 150_000, 700, 1}) {
                block = resizeIn(arena, block, size);
                ArenaInfo info = arena.info();
                boolean mapped = info.mappedBytes() != 0;
                assertEquals(bytesOf(block, mapped), info.inUseBytes(), "resized to " + size + ": " + info);
                assertEquals(mapped ? info.inUseBytes() : 0, info.mappedBytes(), "resized to " + size + ": " + info);
            }
            Native.free(block);
            assertEquals(0, arena.info().inUseBytes());
        }

        void aBlockInAThreadsCacheIsCachedAndNotInUse() {
            long block = allocateIn(arena, 100);
            long bytes = bytesOf(block, false);
            ArenaInfo before = arena.info();
            freeIn(arena, block);
            ArenaInfo after = arena.info();
            assertEquals(before.inUseBytes() - bytes, after.inUseBytes(), after::toString);
            assertEquals(before.cachedBytes() + bytes, after.cachedBytes(), after::toString);
            assertEquals(block, allocateIn(arena, 100));
            assertEquals(before, arena.info());
        }

        void otherArenasAndBlocksOutsideOfScopesDoNotCount() {
            ArenaInfo before = arena.info();
            MallocArena other = MallocArena.create("other");
            long outside = Native.malloc(1_000_000);
            long inOther = allocateIn(other, 1_000_000);
            assertEquals(before, arena.info());
            Native.free(outside);
            Native.free(inOther);
        }
    }
}
