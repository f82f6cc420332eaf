package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What has to stay on one platform thread, on a virtual thread that may run on several. */
final class PlatformThreads {
    /** {@code Thread.isVirtual}, or {@code null} on a JDK without virtual threads. */
    private static final MethodHandle IS_VIRTUAL = findIsVirtual();

    static final boolean VIRTUAL_EXIST = IS_VIRTUAL != null;

    private PlatformThreads() {
    }

    private static MethodHandle findIsVirtual() {
        try {
            return MethodHandles.lookup().findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }

    static boolean isVirtual(Thread thread) {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }

    static boolean isVirtual() {
        return isVirtual(Thread.currentThread());
    }

    /** Calls {@code work} on this thread; if it is a virtual one, it stays on its carrier meanwhile. */
    @SuppressWarnings("unchecked")
    static <T> T callPinned(Callable<T> work) throws Exception {
        if (!isVirtual() || !Support.LOADED) {
            return work.call();
        }
        Natives.requireBound();
        return (T) Natives.callPinned(work);
    }

    /**
     * Does {@code work} on a platform thread and waits for its end, however often the caller is interrupted.
     *
     * @throws Exception what {@code work} threw, errors included
     */
    static <T> T call(Callable<T> work) throws Exception {
        Task<T> task = new Task<>(work);
        try {
            Pool.EXECUTOR.execute(task);
        } catch (Throwable e) {
            task.giveBackInterrupt();
            throw e;
        }
        return task.await();
    }

    @SuppressWarnings("unchecked")
    static <X extends Throwable> X unchecked(Throwable e) throws X {
        throw (X) e;
    }

    /**
     * A thread for every call: with fewer, calls that wait for one another could wait for ever. The threads inherit
     * nothing from the virtual thread whose call happened to start them.
     */
    private static final class Pool {
        static final AtomicLong NUMBER = new AtomicLong();
        static final Executor EXECUTOR = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
                new SynchronousQueue<>(), Pool::newThread);

        private static Thread newThread(Runnable worker) {
            Thread thread = new Thread(null, worker, "arenascope-" + NUMBER.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            return thread;
        }
    }

    /** The interrupt status travels with the work: to the worker when it starts, and back when it ends. */
    private static final class Task<T> implements Runnable {
        private final Callable<T> work;
        private final ClassLoader loader = Thread.currentThread().getContextClassLoader();

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition ended = lock.newCondition();
        /** All below are guarded by the lock. The worker is set while it may be interrupted on the work's behalf. */
        private boolean interrupted = Thread.interrupted();
        private Thread worker;
        private boolean done;
        private T result;
        private Throwable failure;

        Task(Callable<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            begin();
            T value = null;
            Throwable thrown = null;
            try {
                value = work.call();
            } catch (Throwable e) {
                thrown = e;
            }
            end(value, thrown);
        }

        private void begin() {
            Thread.currentThread().setContextClassLoader(loader);
            lock.lock();
            try {
                worker = Thread.currentThread();
                if (interrupted) {
                    interrupted = false;
                    worker.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        private void end(T value, Throwable thrown) {
            Thread.currentThread().setContextClassLoader(null);
            lock.lock();
            try {
                worker = null;
                interrupted = Thread.interrupted();
                result = value;
                failure = thrown;
                done = true;
                ended.signal();
            } finally {
                lock.unlock();
            }
        }

        T await() throws Exception {
            lock.lock();
            try {
                while (!done) {
                    try {
                        ended.await();
                    } catch (InterruptedException e) {
                        if (worker != null) {
                            worker.interrupt();
                        } else {
                            interrupted = true;
                        }
                    }
                }
            } finally {
                lock.unlock();
            }
            giveBackInterrupt();
            if (failure != null) {
                throw PlatformThreads.<RuntimeException>unchecked(failure);
            }
            return result;
        }

        void giveBackInterrupt() {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
