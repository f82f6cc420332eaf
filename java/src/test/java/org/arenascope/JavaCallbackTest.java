package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A library that is called in a scope and calls back into Java, which opens and closes others, on the patched glibc. */
@Tag("patched")
class JavaCallbackTest {
    private interface Comparison extends Callback {
        int compare(Pointer a, Pointer b);
    }

    private interface CSort extends Library {
        void qsort(Pointer base, long count, long size, Comparison comparison);
    }

    private static final CSort C = Native.load("c", CSort.class);

    private final MallocArena first = MallocArena.create("first");
    private final MallocArena second = MallocArena.create("second");
    private final List<Throwable> thrown = new ArrayList<>();
    private final Callback.UncaughtExceptionHandler before = Native.getCallbackExceptionHandler();

    @BeforeEach
    void collectWhatCallbacksThrow() {
        Native.setCallbackExceptionHandler((callback, e) -> thrown.add(e));
    }

    @AfterEach
    void nobodyIsInAnArena() {
        Native.setCallbackExceptionHandler(before);
        ScopeStack.ofCurrentThread().unwind(0);
        Selection.assertNobodyIsIn(first, second);
    }

    /** Has glibc sort, which calls {@code work}. */
    private static void callBack(Runnable work) {
        try (Memory numbers = new Memory(2 * Integer.BYTES)) {
            C.qsort(numbers, 2, Integer.BYTES, (a, b) -> {
                work.run();
                return 0;
            });
        }
    }

    @Test
    void scopesNestThroughNativeFrames() {
        try (ArenaScope outer = first.enter()) {
            callBack(() -> {
                Selection.assertIs(first);
                second.run(() -> callBack(() -> first.run(() -> Selection.assertIs(first))));
                Selection.assertIs(first);
            });
            Selection.assertIs(first);
        }
        assertEquals(List.of(), thrown);
    }

    @Test
    void aCallbackThatThrowsInAScopeLeavesTheOuterOneSelected() {
        try (ArenaScope outer = first.enter()) {
            callBack(() -> second.run(() -> {
                throw new IllegalArgumentException("on purpose");
            }));
            Selection.assertIs(first);
        }
        assertEquals(1, thrown.size());
        assertEquals("on purpose", thrown.get(0).getMessage());
    }

    @Test
    void aCallbackMayCloseTheScopeThatItsLibraryWasCalledIn() {
        ArenaScope outer = first.enter();
        callBack(() -> {
            outer.close();
            Selection.assertIs(null);
        });
        Selection.assertIs(null);
        outer.close();
        assertEquals(List.of(), thrown);
    }

    @Test
    void aCallbackInAScopeOfItsOwnCannotCloseTheOuterOne() {
        try (ArenaScope outer = first.enter()) {
            callBack(() -> second.run(() -> {
                assertThrows(IllegalStateException.class, outer::close);
                Selection.assertIs(second);
            }));
            Selection.assertIs(first);
        }
        assertEquals(List.of(), thrown);
    }

    @Test
    void aScopeThatACallbackForgotIsClosedByTheCallAroundTheLibrary() {
        String message = assertThrows(IllegalStateException.class, () -> first.run(() -> callBack(second::enter)))
                .getMessage();
        assertEquals(true, message.contains("'second'"), message);
    }

    @Test
    void anArenaClosedInACallbackGoesOnUntilItsScopeEnds() {
        MallocArena arena = MallocArena.create("closed");
        arena.run(() -> {
            callBack(arena::close);
            Selection.assertIs(arena);
        });
        assertEquals(true, arena.isRetired());
    }

    @Test
    void nativeThreadsThatComeAndGoEachHaveScopesOfTheirOwn() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long[] after = new long[1];
        for (int i = 0; i < 300; i++) {
            int turn = i % 3;
            CLibrary.Work work = argument -> {
                try {
                    Selection.assertNobodyIsIn();
                    try (ArenaScope scope = first.enter()) {
                        Selection.assertIs(first);
                        if (turn == 1) {
                            throw new IllegalArgumentException("on purpose");
                        }
                    }
                    Selection.assertNobodyIsIn();
                    if (turn == 2) {
                        UnsafeMalloc.enter(second);
                    }
                } catch (IllegalArgumentException e) {
                    Selection.assertNobodyIsIn();
                    throw e;
                } catch (Throwable e) {
                    failure.set(e);
                }
                after[0] = Native.malloc(100);
                return 0;
            };
            CLibrary.join(CLibrary.start(work));
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
            if (turn != 1) {
                assertEquals(Optional.ofNullable(turn == 2 ? second : null), UnsafeMalloc.arenaOf(after[0]));
                Native.free(after[0]);
            }
        }
        assertEquals(100, thrown.size());
        Selection.assertNobodyIsIn(first, second);
    }
}
