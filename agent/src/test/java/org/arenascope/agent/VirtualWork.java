package org.arenascope.agent;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on virtual threads, in classes that are compiled for a JDK without. */
final class VirtualWork {
    private VirtualWork() {
    }

    /** Has {@code count} virtual threads do the work at once; throws what the first of them threw. */
    static void run(int count, Expect.Work work) throws Exception {
        ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
                .invoke(null);
        Callable<Void> task = () -> {
            work.run();
            return null;
        };
        for (Future<Void> done : threads.invokeAll(Collections.nCopies(count, task))) {
            done.get();
        }
    }
}
