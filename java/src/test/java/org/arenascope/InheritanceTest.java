package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that start in a scope, on the patched glibc. */
@Tag("patched")
class InheritanceTest {
    private final MallocArena followed = MallocArena.builder("followed").inherit(true).create();
    private final MallocArena other = MallocArena.create("other");

    /** The block that a native thread obtains which is started here. */
    private static long allocateOnNewThread() {
        return CLibrary.join(CLibrary.start("malloc", 1000));
    }

    private static void assertLiesIn(MallocArena expected, long block) {
        assertEquals(Optional.ofNullable(expected), UnsafeMalloc.arenaOf(block));
        Native.free(block);
    }

    @Test
    void aNativeThreadFollowsIfItWasStartedInAScope() {
        try (ArenaScope scope = followed.enter()) {
            assertLiesIn(followed, allocateOnNewThread());
        }
        assertLiesIn(null, allocateOnNewThread());
    }

    @Test
    void aThreadOfAnArenaThatIsNotInheritedDoesNotFollow() {
        other.run(() -> assertLiesIn(null, allocateOnNewThread()));
        other.inherit(true);
        other.run(() -> assertLiesIn(other, allocateOnNewThread()));
        other.inherit(false);
        other.run(() -> assertLiesIn(null, allocateOnNewThread()));
    }

    @Test
    void theInnermostScopeDecides() {
        followed.run(() -> other.run(() -> assertLiesIn(null, allocateOnNewThread())));
        other.run(() -> followed.run(() -> assertLiesIn(followed, allocateOnNewThread())));
    }

    @Test
    void theLimitHoldsForThreadsThatFollow() {
        followed.limit(4 << 20);
        try (ArenaScope scope = followed.enter()) {
            assertEquals(0, CLibrary.join(CLibrary.start("malloc", 4 << 20)));
            followed.limit(8 << 20);
            assertLiesIn(followed, CLibrary.join(CLibrary.start("malloc", 4 << 20)));
        }
    }

    @Test
    void noJavaThreadFollows() throws Exception {
        long[] blocks = new long[3];
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Thread thread = new Thread(() -> blocks[0] = Native.malloc(1000));
        try (ArenaScope scope = followed.enter()) {
            thread.start();
            thread.join();
            blocks[1] = pool.submit(() -> Native.malloc(1000)).get();
            blocks[2] = pool.submit(() -> other.call(() -> Native.malloc(1000))).get();
        }
        pool.shutdown();
        assertLiesIn(null, blocks[0]);
        assertLiesIn(null, blocks[1]);
        assertLiesIn(other, blocks[2]);
    }

    @Test
    void aNativeThreadThatCallsJavaGoesBackToTheArenaAfterItsScopes() {
        long[] blocks = new long[3];
        CLibrary.Work work = argument -> {
            blocks[0] = Native.malloc(1000);
            try (ArenaScope scope = other.enter()) {
                blocks[1] = Native.malloc(1000);
            }
            blocks[2] = Native.malloc(1000);
            return 0;
        };
        followed.run(() -> CLibrary.join(CLibrary.start(work)));
        assertLiesIn(followed, blocks[0]);
        assertLiesIn(other, blocks[1]);
        assertLiesIn(followed, blocks[2]);
    }

    @Test
    @Timeout(30)
    void anArenaIsRetiredWhenItsLastThreadHasEnded() throws Exception {
        CLibrary.Sleeper sleeper = followed.call(CLibrary.Sleeper::new);
        assertEquals(1, followed.info().selectedThreads());
        followed.close();
        assertFalse(followed.isRetired());
        followed.close();
        assertFalse(followed.isRetired());
        sleeper.end();
        while (!followed.isRetired()) {
            Thread.sleep(50);
        }
    }

    @Test
    @Timeout(30)
    void anArenaIsNotRetiredWhileAThreadThatFollowsIsInAnotherScope() throws Exception {
        long[] block = new long[1];
        boolean[] retired = new boolean[1];
        CLibrary.Work work = argument -> {
            other.run(followed::close);
            retired[0] = followed.isRetired();
            block[0] = Native.malloc(1000);
            return 0;
        };
        long thread = followed.call(() -> CLibrary.start(work));
        CLibrary.join(thread);
        assertFalse(retired[0]);
        assertLiesIn(followed, block[0]);
        while (!followed.isRetired()) {
            Thread.sleep(50);
        }
    }
}
