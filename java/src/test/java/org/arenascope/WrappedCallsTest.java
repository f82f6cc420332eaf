package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

import com.sun.jna.Callback;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Libraries and method handles whose every call is a scope, on the patched glibc. */
@Tag("patched")
class WrappedCallsTest {
    private final MallocArena arena = MallocArena.create("arena");
    private final MallocArena other = MallocArena.create("other");

    interface C extends Library {
        long malloc(long size);

        long strdup(String string);

        int chdir(String folder) throws LastErrorException;

        int printf(String format, Object... arguments);

        void qsort(long[] numbers, long count, long size, Comparison comparison);

        default long allocate() {
            return malloc(100);
        }

        interface Comparison extends Callback {
            int compare(long a, long b);
        }
    }

    static class DirectC {
        native long malloc(long size);

        native long strdup(String string);

        long allocate() {
            return Native.malloc(100);
        }
    }

    private static void assertLiesIn(MallocArena expected, long block) {
        assertEquals(Optional.ofNullable(expected), UnsafeMalloc.arenaOf(block));
        Native.free(block);
    }

    private static void assertNothingIsSelected() {
        assertLiesIn(null, Native.malloc(100));
    }

    @Test
    void objectsOwnMethodsAreNoCallsOfTheLibrary() {
        MallocArena closed = MallocArena.create("closed");
        DirectC c = closed.load("c", DirectC.class);
        closed.close();
        assertEquals(c.hashCode(), System.identityHashCode(c));
        assertThrows(IllegalStateException.class, () -> c.malloc(1));
    }

    @Test
    void everyFunctionOfAnInterfaceRunsInTheArenaAndNothingElseDoes() {
        C c = arena.load("c", C.class);
        assertLiesIn(arena, c.malloc(100));
        assertLiesIn(arena, c.strdup("text"));
        assertLiesIn(arena, c.allocate());
        assertEquals(0, c.printf(""));
        assertNothingIsSelected();
    }

    @Test
    void aLibraryCanBeLoadedForSeveralArenas() {
        C first = arena.load("c", C.class);
        C second = other.load("c", C.class);
        assertLiesIn(arena, first.malloc(100));
        assertLiesIn(other, second.malloc(100));
        other.run(() -> assertLiesIn(arena, first.malloc(100)));
    }

    @Test
    void whatAFunctionThrowsIsThrownAndTheScopeEnds() {
        C c = arena.load("c", C.class);
        LastErrorException e = assertThrows(LastErrorException.class, () -> c.chdir("/nowhere"));
        assertEquals(2, e.getErrorCode());
        assertNothingIsSelected();
    }

    @Test
    void aCallbackRunsInTheArenaAndMayOpenScopes() {
        C c = arena.load("c", C.class);
        c.qsort(new long[] {2, 1}, 2, Long.BYTES, (a, b) -> {
            assertLiesIn(arena, Native.malloc(100));
            try (ArenaScope scope = other.enter()) {
                assertLiesIn(other, Native.malloc(100));
            }
            return 0;
        });
        assertNothingIsSelected();
    }

    @Test
    void anInterfacesObjectIsEqualToItselfOnlyAndNamesTheArena() {
        C c = arena.load("c", C.class);
        assertEquals(c, c);
        assertNotEquals(c, arena.load("c", C.class));
        assertEquals(c.hashCode(), c.hashCode());
        assertTrue(c.toString().contains("'arena'"), c.toString());
    }

    @Test
    void everyNativeMethodOfAClassRunsInTheArenaAndNoOtherDoes() {
        DirectC c = arena.load("c", DirectC.class);
        assertLiesIn(arena, c.malloc(100));
        assertLiesIn(arena, c.strdup("text"));
        assertLiesIn(null, c.allocate());
        assertNothingIsSelected();
    }

    @Test
    void aClosedArenasFunctionsThrow() {
        C c = arena.load("c", C.class);
        DirectC direct = arena.load("c", DirectC.class);
        arena.close();
        assertThrows(IllegalStateException.class, () -> c.malloc(100));
        assertThrows(IllegalStateException.class, () -> direct.malloc(100));
        assertThrows(IllegalStateException.class, () -> arena.load("c", C.class));
        assertNothingIsSelected();
    }

    private static MethodHandle find(String name, Class<?> result, Class<?>... parameters) throws Exception {
        return MethodHandles.lookup().findStatic(WrappedCallsTest.class, name,
                MethodType.methodType(result, parameters));
    }

    static long allocate(int size, String ignored, double alsoIgnored) {
        return Native.malloc(size);
    }

    static void fail(Exception e) throws Exception {
        throw e;
    }

    static Object leaveOpen(MallocArena arena) {
        return arena.enter();
    }

    @Test
    void aHandleKeepsItsTypeAndRunsInTheArena() throws Throwable {
        MethodHandle target = find("allocate", long.class, int.class, String.class, double.class);
        MethodHandle wrapped = arena.wrap(target);
        assertEquals(target.type(), wrapped.type());
        assertLiesIn(arena, (long) wrapped.invokeExact(100, "", 0.0));
        assertNothingIsSelected();
    }

    @Test
    void aHandleWithoutAResultThrowsWhatItsTargetThrows() throws Throwable {
        IOException e = new IOException();
        assertSame(e, assertThrows(IOException.class,
                () -> arena.wrap(find("fail", void.class, Exception.class)).invoke(e)));
        assertNothingIsSelected();
    }

    @Test
    void aHandleKeepsItsTargetsVariableArity() throws Throwable {
        MethodHandle target = MethodHandles.lookup().findStatic(String.class, "format",
                MethodType.methodType(String.class, String.class, Object[].class));
        assertEquals("1 2", arena.wrap(target).invoke("%d %d", 1, 2));
    }

    @Test
    void aScopeThatTheTargetLeftOpenEndsWithTheCall() throws Throwable {
        assertFalse(arena.wrap(find("leaveOpen", Object.class, MallocArena.class)).invoke(other) == null);
        assertNothingIsSelected();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22, disabledReason = "the JDK has no java.lang.foreign")
    void aForeignFunctionRunsInTheArena() throws Throwable {
        MethodHandle malloc = Foreign.downcall(Downcalls.address("malloc"));
        assertLiesIn(arena, (long) arena.wrap(malloc).invokeExact(100L));
        assertNothingIsSelected();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22, disabledReason = "the JDK has no java.lang.foreign")
    void whatTheLinkerCapturesIsWhatTheFunctionLeft() throws Throwable {
        try (Downcalls.Chdir chdir = new Downcalls.Chdir(arena)) {
            assertEquals(-1, chdir.call("/nowhere"));
            assertEquals(2, chdir.errno());
        }
        assertNothingIsSelected();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK has no virtual threads")
    void onAVirtualThreadACallStaysOnItsCarrier() throws Throwable {
        C c = arena.load("c", C.class);
        DirectC direct = arena.load("c", DirectC.class);
        MethodHandle wrapped = arena.wrap(find("sleepAndAllocate", long.class));
        VirtualThreads.run(100, () -> {
            assertLiesIn(arena, c.malloc(100));
            assertLiesIn(arena, direct.malloc(100));
            assertLiesIn(arena, (long) wrapped.invokeExact());
            assertNothingIsSelected();
        });
    }

    static long sleepAndAllocate() throws InterruptedException {
        Thread.sleep(1);
        return Native.malloc(100);
    }
}
