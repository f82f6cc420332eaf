package org.arenascope;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.arenascope.internal.DaemonTimer;

/**
 * Closed arenas that a thread still had selected, and that are retired as soon as none has. The end of a scope is seen
 * by the scope's thread; the end of a thread that had inherited the selection, or that left a scope open, is seen by
 * nobody, so as long as any arena waits they are all tried again each second.
 */
final class Retirement {
    /**
     * Held while an arena's handle is taken out of use, and by whoever has to keep a handle in use that it found
     * selected. Guards what this class and {@link ScopeStack} keep of all threads. Taken after an arena's own lock.
     */
    static final ReentrantLock LOCK = new ReentrantLock();

    private static final Set<MallocArena> WAITING = new LinkedHashSet<>();
    /** Whether any arena waits; written with {@link #LOCK} held. */
    private static volatile boolean pending;
    private static boolean scheduled;

    private Retirement() {
    }

    /** Whether any arena is closed and not retired, or was a moment ago. */
    static boolean isPending() {
        return pending;
    }

    /**
     * {@code arena}, which is closed, is about to be retired: threads that see {@link #isPending} from now on see that
     * it is closed. {@link #LOCK} is held.
     */
    static void begin(MallocArena arena) {
        WAITING.add(arena);
        pending = true;
    }

    /** {@code arena} is retired. {@link #LOCK} is held. */
    static void done(MallocArena arena) {
        WAITING.remove(arena);
        pending = !WAITING.isEmpty();
    }

    /** Has those tried again that could not be retired yet. {@link #LOCK} is held. */
    static void schedule() {
        if (!scheduled) {
            Timer.EXECUTOR.schedule(Retirement::tryAll, 1, TimeUnit.SECONDS);
            scheduled = true;
        }
    }

    private static void tryAll() {
        List<MallocArena> arenas;
        LOCK.lock();
        try {
            arenas = List.copyOf(WAITING);
        } finally {
            LOCK.unlock();
        }
        try {
            arenas.forEach(MallocArena::retireUnlessSelected);
        } finally {
            LOCK.lock();
            try {
                scheduled = false;
                if (!WAITING.isEmpty()) {
                    schedule();
                }
            } finally {
                LOCK.unlock();
            }
        }
    }

    private static final class Timer {
        static final ScheduledThreadPoolExecutor EXECUTOR = DaemonTimer.named("arenascope-retirement");
    }
}
