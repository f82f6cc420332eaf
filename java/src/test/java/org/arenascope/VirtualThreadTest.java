package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Virtual threads, with isolation and without. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK has no virtual threads")
class VirtualThreadTest {
    private final MallocArena arena = MallocArena.createIfSupported("arena");
    private final MallocArena other = MallocArena.createIfSupported("other");

    @Test
    void aVirtualThreadCannotEnterAndIsToldWhatToUse() throws Throwable {
        VirtualThreads.run(1, () -> {
            String message = assertThrows(IllegalStateException.class, arena::enter).getMessage();
            assertTrue(message.contains("MallocArena.call"), message);
        });
    }

    @Test
    void callDoesItsWorkOnAPlatformThreadAndReturnsTheResult() throws Throwable {
        VirtualThreads.run(1, () -> {
            Thread caller = Thread.currentThread();
            Thread worker = arena.call(Thread::currentThread);
            assertNotSame(caller, worker);
            assertFalse(PlatformThreads.isVirtual(worker));
        });
    }

    @Test
    void callsNestInCallsAndInScopes() throws Throwable {
        VirtualThreads.run(1, () -> assertEquals(3, arena.call(() -> {
            Thread worker = Thread.currentThread();
            try (ArenaScope scope = other.enter()) {
                return arena.call(() -> {
                    assertSame(worker, Thread.currentThread());
                    return ScopeStack.ofCurrentThread().depth();
                });
            }
        })));
    }

    @Test
    void exceptionsAndErrorsPassOnAsTheyAre() throws Throwable {
        VirtualThreads.run(1, () -> {
            IOException checked = new IOException();
            assertSame(checked, assertThrows(IOException.class, () -> arena.call(() -> {
                throw checked;
            })));
            Error error = new AssertionError();
            assertSame(error, assertThrows(AssertionError.class, () -> arena.run(() -> {
                throw error;
            })));
        });
    }

    @Test
    void aScopeThatTheWorkLeftOpenIsClosedAndSaidSo() throws Throwable {
        VirtualThreads.run(1, () -> {
            assertThrows(IllegalStateException.class, () -> arena.call(other::enter));
            assertEquals(1, arena.call(() -> ScopeStack.ofCurrentThread().depth()));
        });
    }

    /** A pinned one that waited could keep the carrier from the thread that the lock is handed to. */
    @Test
    @Timeout(60)
    void aScopeOnAVirtualThreadWaitsForNoLock() throws Throwable {
        MallocArena closing = MallocArena.createIfSupported("closing");
        CountDownLatch inScope = new CountDownLatch(1);
        AtomicBoolean leave = new AtomicBoolean();
        Thread last = VirtualThreads.start(() -> {
            int depth = UnsafeMalloc.enter(closing);
            inScope.countDown();
            while (!leave.get()) {
                Thread.onSpinWait();
            }
            UnsafeMalloc.leave(depth);
        });
        inScope.await();
        closing.close();
        Retirement.LOCK.lock();
        try {
            leave.set(true);
            last.join();
            VirtualThreads.run(10, () -> UnsafeMalloc.leave(UnsafeMalloc.enter(arena)));
            assertFalse(closing.isRetired());
        } finally {
            Retirement.LOCK.unlock();
        }
        while (!closing.isRetired()) {
            Thread.sleep(100);
        }
    }

    @Test
    void aClosedArenaRefusesCalls() throws Throwable {
        MallocArena closed = MallocArena.createIfSupported("closed");
        closed.close();
        VirtualThreads.run(1, () -> assertThrows(IllegalStateException.class, () -> closed.run(() -> {})));
    }

    @Test
    void anInterruptStatusGoesInWithTheWorkAndComesBackWithIt() throws Throwable {
        VirtualThreads.run(1, () -> {
            Thread.currentThread().interrupt();
            assertTrue(arena.call(() -> Thread.currentThread().isInterrupted()));
            assertTrue(Thread.interrupted());
            Thread.currentThread().interrupt();
            assertTrue(arena.call(Thread::interrupted));
            assertFalse(Thread.currentThread().isInterrupted());
            arena.run(() -> Thread.currentThread().interrupt());
            assertTrue(Thread.interrupted());
            assertFalse(arena.call(() -> Thread.currentThread().isInterrupted()));
        });
    }

    @Test
    void interruptingTheCallerInterruptsTheWorkWhichTheCallerStillWaitsFor() throws Throwable {
        CountDownLatch working = new CountDownLatch(1);
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        AtomicBoolean returnedFirst = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        Thread caller = VirtualThreads.start(() -> {
            arena.run(() -> {
                working.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    wasInterrupted.set(true);
                }
                ended.set(true);
            });
            returnedFirst.set(!ended.get());
        });
        working.await();
        caller.interrupt();
        caller.join();
        assertTrue(wasInterrupted.get());
        assertFalse(returnedFirst.get());
    }

    @Test
    void theContextClassLoaderGoesWithTheWork() throws Throwable {
        ClassLoader loader = new ClassLoader() { };
        VirtualThreads.run(1, () -> {
            Thread.currentThread().setContextClassLoader(loader);
            assertSame(loader, arena.call(() -> Thread.currentThread().getContextClassLoader()));
        });
    }

    @Test
    @Timeout(60)
    void callsThatWaitForOneAnotherAllGetAThread() throws Throwable {
        int count = 100;
        CountDownLatch all = new CountDownLatch(count);
        VirtualThreads.run(count, () -> arena.run(() -> {
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }));
    }
}
