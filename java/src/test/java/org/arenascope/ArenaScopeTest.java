package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The rules of arenas and scopes, which are the same with isolation and without. */
class ArenaScopeTest {
    private final MallocArena first = MallocArena.createIfSupported("first");
    private final MallocArena second = MallocArena.createIfSupported("second");

    /** A test that fails may leave scopes open, and is not to bring the next one down. */
    @AfterEach
    void closeAllScopes() {
        ScopeStack.ofCurrentThread().unwind(0);
    }

    @Test
    void scopesNestInEachOtherAndInThemselves() {
        try (ArenaScope a = first.enter(); ArenaScope b = second.enter(); ArenaScope c = first.enter()) {
            assertSame(first, a.arena());
            assertSame(second, b.arena());
            assertSame(first, c.arena());
        }
        assertNoScopeIsOpen();
    }

    @Test
    void aHundredScopesNest() {
        nest(100);
        assertNoScopeIsOpen();
    }

    private void nest(int more) {
        if (more > 0) {
            try (ArenaScope scope = (more % 2 == 0 ? first : second).enter()) {
                nest(more - 1);
                assertDoesNotThrow(scope::close);
            }
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        ArenaScope outer = first.enter();
        ArenaScope inner = second.enter();
        inner.close();
        inner.close();
        assertEquals(1, ScopeStack.ofCurrentThread().depth());
        outer.close();
        outer.close();
        inner.close();
        assertNoScopeIsOpen();
    }

    @Test
    void aClosedScopeDoesNotCloseTheOneThatTookItsPlace() {
        ArenaScope old = first.enter();
        old.close();
        try (ArenaScope fresh = first.enter()) {
            old.close();
            assertEquals(1, ScopeStack.ofCurrentThread().depth());
        }
    }

    @Test
    void aScopeThatCallClosedForTheWorkDoesNotCloseTheOneThatTookItsPlace() {
        AtomicReference<ArenaScope> left = new AtomicReference<>();
        assertThrows(IllegalStateException.class, () -> first.run(() -> left.set(second.enter())));
        try (ArenaScope a = first.enter(); ArenaScope b = first.enter()) {
            left.get().close();
            assertEquals(2, ScopeStack.ofCurrentThread().depth());
        }
        assertNoScopeIsOpen();
    }

    @Test
    void closingAClosedScopeOnAnotherThreadIsHarmless() throws Exception {
        ArenaScope scope = first.enter();
        scope.close();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread stranger = new Thread(scope::close);
        stranger.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
        stranger.start();
        stranger.join();
        assertNull(thrown.get());
    }

    @Test
    void closingOutOfOrderSaysWhichScopeWasOpenedWhereAndChangesNothing() {
        ArenaScope outer = first.enter();
        ArenaScope inner = second.enter();
        String message = assertThrows(IllegalStateException.class, outer::close).getMessage();
        assertAll(
                () -> assertTrue(message.contains("'first'"), message),
                () -> assertTrue(message.contains("'second'"), message),
                () -> assertTrue(message.matches("(?s).*(ArenaScopeTest\\.java:\\d+).*ArenaScopeTest\\.java:\\d+.*"),
                        message),
                () -> assertEquals(2, ScopeStack.ofCurrentThread().depth()));
        inner.close();
        outer.close();
        assertNoScopeIsOpen();
    }

    @Test
    void closingOnAnotherThreadSaysWhereTheScopeWasOpenedAndChangesNothing() throws Exception {
        ArenaScope scope = first.enter();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread stranger = new Thread(() -> {
            thrown.set(assertThrows(IllegalStateException.class, scope::close));
            assertNoScopeIsOpen();
        }, "stranger");
        stranger.start();
        stranger.join();
        String message = thrown.get().getMessage();
        assertAll(
                () -> assertTrue(message.contains("'first'"), message),
                () -> assertTrue(message.contains("'stranger'"), message),
                () -> assertTrue(message.contains("'" + Thread.currentThread().getName() + "'"), message),
                () -> assertTrue(message.contains("ArenaScopeTest.java:"), message),
                () -> assertEquals(1, ScopeStack.ofCurrentThread().depth()));
        scope.close();
        assertNoScopeIsOpen();
    }

    @Test
    void aScopeOfAThreadThatHasEndedCannotBeClosedByAnother() throws Exception {
        AtomicReference<ArenaScope> left = new AtomicReference<>();
        Thread thread = new Thread(() -> left.set(first.enter()));
        thread.start();
        thread.join();
        assertThrows(IllegalStateException.class, left.get()::close);
        assertNoScopeIsOpen();
    }

    @Test
    void anExceptionPassesThroughScopesAndClosesThem() {
        IOException thrown = new IOException();
        assertSame(thrown, assertThrows(IOException.class, () -> {
            try (ArenaScope outer = first.enter(); ArenaScope inner = second.enter()) {
                throw thrown;
            }
        }));
        assertNoScopeIsOpen();
    }

    @Test
    void runAndCallWorkInAScopeOfTheirOwn() throws Exception {
        AtomicReference<Integer> depth = new AtomicReference<>();
        first.run(() -> depth.set(ScopeStack.ofCurrentThread().depth()));
        assertEquals(1, depth.get());
        assertEquals("result", first.call(() -> second.call(() -> {
            assertEquals(2, ScopeStack.ofCurrentThread().depth());
            return "result";
        })));
        assertNull(first.call(() -> null));
        assertNoScopeIsOpen();
    }

    @Test
    void runAndCallPassExceptionsAndErrorsOnAsTheyAre() {
        IOException checked = new IOException();
        assertSame(checked, assertThrows(IOException.class, () -> first.call(() -> {
            throw checked;
        })));
        Error error = new StackOverflowError();
        assertSame(error, assertThrows(StackOverflowError.class, () -> first.run(() -> {
            throw error;
        })));
        assertNoScopeIsOpen();
    }

    @Test
    void callClosesWhatTheWorkLeftOpenAndSaysSo() {
        String message = assertThrows(IllegalStateException.class, () -> first.call(second::enter)).getMessage();
        assertTrue(message.contains("'second'") && message.contains("ArenaScopeTest.java:"), message);
        assertNoScopeIsOpen();
    }

    @Test
    void callKeepsTheWorksExceptionWhenAScopeWasLeftOpenToo() {
        IOException thrown = new IOException();
        assertSame(thrown, assertThrows(IOException.class, () -> first.call(() -> {
            second.enter();
            throw thrown;
        })));
        assertTrue(thrown.getSuppressed()[0].getMessage().contains("'second'"));
        assertNoScopeIsOpen();
    }

    @Test
    void workInCallCannotCloseTheScopeAroundIt() {
        try (ArenaScope outer = first.enter()) {
            String message = assertThrows(IllegalStateException.class, () -> second.run(outer::close)).getMessage();
            assertTrue(message.contains("'second'"), message);
            assertEquals(1, ScopeStack.ofCurrentThread().depth());
        }
        assertNoScopeIsOpen();
    }

    @Test
    void aClosedArenaOpensNoScope() {
        MallocArena arena = MallocArena.createIfSupported("was closed");
        assertFalse(arena.isClosed());
        arena.close();
        arena.close();
        assertTrue(arena.isClosed());
        String message = assertThrows(IllegalStateException.class, arena::enter).getMessage();
        assertTrue(message.contains("'was closed'"), message);
        assertThrows(IllegalStateException.class, () -> arena.run(() -> {}));
        assertThrows(IllegalStateException.class, () -> arena.call(() -> 1));
        assertNoScopeIsOpen();
    }

    @Test
    void aClosedArenaTellsNothingAndTakesNoOrders() {
        MallocArena arena = MallocArena.createIfSupported("was closed");
        arena.close();
        for (Executable order : new Executable[] {arena::info, arena::trim, () -> arena.limit(1 << 20),
                () -> arena.limit(MallocArena.UNLIMITED), () -> arena.inherit(true)}) {
            String message = assertThrows(IllegalStateException.class, order).getMessage();
            assertTrue(message.contains("'was closed'"), message);
        }
    }

    @Test
    void negativeLimitsAreRefused() {
        for (long limit : new long[] {-1, Long.MIN_VALUE}) {
            String message = assertThrows(IllegalArgumentException.class, () -> first.limit(limit)).getMessage();
            assertTrue(message.contains(Long.toString(limit)), message);
            assertThrows(IllegalArgumentException.class, () -> MallocArena.builder("limited").limit(limit));
        }
    }

    @Test
    void anArenaClosedInItsScopeLeavesTheScopeOpen() {
        MallocArena arena = MallocArena.createIfSupported("closed in its scope");
        ArenaScope scope = arena.enter();
        arena.close();
        assertEquals(1, ScopeStack.ofCurrentThread().depth());
        scope.close();
        assertNoScopeIsOpen();
    }

    @Test
    void namesThatAreNoneAreRefused() {
        assertThrows(NullPointerException.class, () -> MallocArena.create(null));
        assertThrows(NullPointerException.class, () -> MallocArena.createIfSupported(null));
        assertThrows(NullPointerException.class, () -> MallocArena.builder(null));
        for (String name : new String[] {"", " ", "a\nb", "a\0b", "x".repeat(101)}) {
            assertThrows(IllegalArgumentException.class, () -> MallocArena.create(name));
            assertThrows(IllegalArgumentException.class, () -> MallocArena.createIfSupported(name));
            assertThrows(IllegalArgumentException.class, () -> MallocArena.builder(name));
        }
        assertEquals("größer 1", MallocArena.createIfSupported("größer 1").name());
    }

    @Test
    void workThatIsNoneIsRefused() {
        assertThrows(NullPointerException.class, () -> first.run(null));
        assertThrows(NullPointerException.class, () -> first.call(null));
        assertNoScopeIsOpen();
    }

    @Test
    void thereIsAReasonExactlyWhereThereIsNoSupport() {
        assertEquals(MallocArena.isSupported(), MallocArena.unsupportedReason().isEmpty());
        assertEquals(MallocArena.isSupported(), first.isIsolated());
    }

    private static void assertNoScopeIsOpen() {
        assertEquals(0, ScopeStack.ofCurrentThread().depth(), "open scopes");
    }
}
