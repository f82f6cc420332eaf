package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** 10,000 virtual threads on two carriers, on the patched glibc. */
@Tag("patched")
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK has no virtual threads")
class ManyVirtualThreadsTest {
    private static final int THREADS = 10_000;

    @Test
    void allBlockInACallAndNoBlockIsMisplacedAndNoCarrierStaysInTheArena() throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of("-Djdk.virtualThreadScheduler.parallelism=2",
                "-Djdk.virtualThreadScheduler.maxPoolSize=2"), Program.class);
        assertEquals(0, child.exitCode(), child.output());
    }

    static final class Program {
        private static final AtomicInteger CHECKED = new AtomicInteger();

        public static void main(String[] args) throws Throwable {
            MallocArena arena = MallocArena.create("arena");
            CountDownLatch allBlock = new CountDownLatch(THREADS);
            VirtualThreads.run(THREADS, () -> {
                check(null);
                arena.call(() -> {
                    check(arena);
                    allBlock.countDown();
                    allBlock.await();
                    check(arena);
                    return null;
                });
                Thread.sleep(1);
                check(null);
            });
            if (CHECKED.get() != 4 * THREADS) {
                throw new AssertionError(CHECKED + " blocks were checked");
            }
            if (arena.scopes() != THREADS) {
                throw new AssertionError(arena.scopes() + " scopes");
            }
            if (arena.info().selectedThreads() != 0) {
                throw new AssertionError(arena.info());
            }
        }

        private static void check(MallocArena expected) {
            long block = Native.malloc(100);
            Optional<MallocArena> arena = UnsafeMalloc.arenaOf(block);
            Native.free(block);
            if (!arena.equals(Optional.ofNullable(expected))) {
                throw new AssertionError("a block lies in " + arena + ", not in " + expected);
            }
            CHECKED.incrementAndGet();
        }
    }
}
