package org.arenascope;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.function.Executable;

/** Starts virtual threads on a JDK that has them; the tests compile on one that has not. */
final class VirtualThreads {
    private VirtualThreads() {
    }

    static Thread start(Runnable work) {
        try {
            return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError("no virtual threads on JDK " + Runtime.version(), e);
        }
    }

    /** Runs {@code work} on {@code count} virtual threads at once, and throws what the first of them threw. */
    static void run(int count, Executable work) throws Throwable {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(start(() -> {
                try {
                    work.execute();
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
    }
}
