package org.arenascope.internal;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes executors of one daemon thread, which is there only while there is work, and some seconds beyond. */
public final class DaemonTimer {
    private DaemonTimer() {
    }

    /**
     * Makes an executor. Its thread has neither thread-local variables nor the context class loader of the one that
     * happens to start it.
     *
     * @param name the thread's name
     * @return the executor
     */
    public static ScheduledThreadPoolExecutor named(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, worker -> {
            Thread thread = new Thread(null, worker, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
