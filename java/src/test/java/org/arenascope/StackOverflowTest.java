package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Recursion that opens a scope at each level until the stack is full, on the patched glibc. In JVMs of their own, for
 * what runs there in the interpreter, and what as compiled code, decides how much of the stack is left for whom.
 */
@Tag("patched")
class StackOverflowTest {
    private static void assertEachScopeIsClosed(int rounds, String... options) throws Exception {
        assertGoesOn(Program.class, rounds, options);
    }

    private static void assertGoesOn(Class<?> program, int rounds, String... options) throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of(options), program, Integer.toString(rounds));
        assertEquals(0, child.exitCode(), child.output());
        assertTrue(child.output().endsWith("the application goes on\n"), child.output());
    }

    @Test
    void eachScopeIsClosedWhateverOfItIsCompiled() throws Exception {
        assertEachScopeIsClosed(150, "-Xss1m");
    }

    @Test
    void eachScopeIsClosedInTheInterpreter() throws Exception {
        assertEachScopeIsClosed(40, "-Xss1m", "-Xint");
    }

    @Test
    void eachScopeIsClosedInCodeOfTheQuickCompiler() throws Exception {
        assertEachScopeIsClosed(100, "-Xss1m", "-XX:TieredStopAtLevel=1");
    }

    @Test
    void eachScopeIsClosedByEachBinding() throws Exception {
        assertEachScopeIsClosed(60, "-Xss1m", "-Dorg.arenascope.binding=jni");
        assertEachScopeIsClosed(60, "-Xss1m", "-Dorg.arenascope.binding=jna");
        if (Runtime.version().feature() >= 22) {
            assertEachScopeIsClosed(60, "-Xss1m", "-Dorg.arenascope.binding=foreign");
        }
    }

    @Test
    void eachScopeIsClosedAndNoneReportedAsForgottenWithAssertionsOn() throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of("-Xss1m", "-ea:org.arenascope..."), Program.class,
                "20");
        assertEquals(0, child.exitCode(), child.output());
        assertTrue(child.output().endsWith("the application goes on\n"), child.output());
        assertFalse(child.output().contains("never closed"), child.output());
    }

    @Test
    void anArenaCanBeClosedAgainWhereTheStackWasFullTheFirstTime() throws Exception {
        assertGoesOn(ClosingProgram.class, 40, "-Xss1m");
    }

    static final class ClosingProgram {
        private static long overflows;

        public static void main(String[] args) throws Exception {
            int rounds = Integer.parseInt(args[0]);
            for (int i = 0; i < rounds; i++) {
                int first = i;
                Thread thread = new Thread(null, () -> overflow(first), "deep", 192 << 10);
                thread.start();
                thread.join();
            }
            assertEquals(rounds, overflows);
            assertTrue(MallocArena.arenas().stream().allMatch(MallocArena::isClosed), () -> "" + MallocArena.arenas());
            MallocArena.arenas().forEach(MallocArena::close);
            assertEquals(List.of(), MallocArena.arenas());
            System.out.println("the application goes on");
        }

        private static void overflow(int first) {
            try {
                descend(first % 20);
            } catch (StackOverflowError e) {
                overflows++;
            }
            Selection.assertNobodyIsIn();
        }

        /** Makes arenas below the first levels only, for each costs system calls. */
        private static int descend(int level) {
            if (level < 25) {
                return descend(level + 1) + 1;
            }
            MallocArena arena = MallocArena.create("level " + level);
            try (arena; ArenaScope scope = arena.enter()) {
                if (level % 2 == 0) {
                    arena.close();
                }
                return descend(level + 1) + 1;
            }
        }
    }

    /** How a level of the recursion opens its scope. */
    private enum Form { ENTER, CALL, UNSAFE, HANDLE, BY_TURNS }

    static final class Program {
        private static final MallocArena FIRST = MallocArena.create("first");
        private static final MallocArena SECOND = MallocArena.create("second");
        private static MethodHandle wrapped;
        private static Form form;
        private static long overflows;

        public static void main(String[] args) throws Throwable {
            wrapped = FIRST.wrap(MethodHandles.lookup().findStatic(Program.class, "descend",
                    MethodType.methodType(int.class, int.class)));
            int rounds = Integer.parseInt(args[0]);
            for (Form next : Form.values()) {
                form = next;
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread thread = new Thread(null, () -> overflow(rounds), "deep", 192 << 10);
                thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
                thread.start();
                thread.join();
                if (failure.get() != null) {
                    throw new AssertionError(next.toString(), failure.get());
                }
            }
            assertEquals((long) rounds * Form.values().length, overflows);
            Selection.assertNobodyIsIn(FIRST, SECOND);
            System.out.println("the application goes on");
        }

        private static void overflow(int rounds) {
            Random random = new Random(form.ordinal());
            for (int i = 0; i < rounds; i++) {
                int levels = random.nextInt(60);
                try {
                    switch (random.nextInt(3)) {
                        case 0 -> small(levels);
                        case 1 -> medium(levels, i, i);
                        default -> large(levels);
                    }
                } catch (StackOverflowError e) {
                    overflows++;
                }
                Selection.assertNobodyIsIn(FIRST, SECOND);
                FIRST.run(() -> Selection.assertIs(FIRST));
            }
        }

        /** Frames of several sizes, so that the stack ends at another place of a level each time. */
        private static int small(int levels) {
            return levels == 0 ? descend(0) : small(levels - 1) + 1;
        }

        private static int medium(int levels, long a, long b) {
            return levels == 0 ? descend(0) : medium(levels - 1, b, a) + 1;
        }

        private static int large(int levels) {
            long a = levels;
            long b = a * 3;
            long c = a + b;
            long d = b * c;
            return levels == 0 ? descend(0) : large(levels - 1) + (int) (a + b * c + d);
        }

        private static int descend(int level) {
            MallocArena arena = level % 2 == 0 ? FIRST : SECOND;
            Form now = form == Form.BY_TURNS ? Form.values()[level % 4] : form;
            try {
                switch (now) {
                    case ENTER -> {
                        try (ArenaScope scope = arena.enter()) {
                            return descend(level + 1) + leaf(level);
                        }
                    }
                    case CALL -> {
                        return arena.call(() -> descend(level + 1) + leaf(level));
                    }
                    case UNSAFE -> {
                        int depth = UnsafeMalloc.enter(arena);
                        try {
                            return descend(level + 1) + leaf(level);
                        } finally {
                            UnsafeMalloc.leave(depth);
                        }
                    }
                    default -> {
                        return (int) wrapped.invokeExact(level + 1);
                    }
                }
            } catch (Throwable e) {
                throw PlatformThreads.<RuntimeException>unchecked(e);
            }
        }

        private static int leaf(int level) {
            return level * 3;
        }
    }
}
