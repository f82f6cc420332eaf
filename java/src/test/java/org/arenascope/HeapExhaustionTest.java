package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scopes while there is no room for objects, on the patched glibc. In JVMs of their own, with a small heap. */
@Tag("patched")
class HeapExhaustionTest {
    private static void assertEachScopeIsClosed(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-Xmx8m", "-XX:+UseSerialGC"));
        all.addAll(List.of(options));
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, all, Program.class);
        assertEquals(0, child.exitCode(), child.output());
        assertTrue(child.output().contains("the application goes on\n"), child.output());
    }

    @Test
    void eachScopeIsClosedWhenTheHeapIsFull() throws Exception {
        assertEachScopeIsClosed();
    }

    @Test
    void eachScopeIsClosedWhenTheHeapIsFullInTheInterpreter() throws Exception {
        assertEachScopeIsClosed("-Xint");
    }

    @Test
    void eachScopeIsClosedWhenTheHeapIsFullWithPlacesKept() throws Exception {
        assertEachScopeIsClosed("-Dorg.arenascope.trace=true");
    }

    static final class Program {
        private static final MallocArena FIRST = MallocArena.create("first");
        private static final MallocArena SECOND = MallocArena.create("second");
        /** What fills the heap: a list that costs nothing to make longer. */
        private static Object[] filled;

        public static void main(String[] args) throws Exception {
            FIRST.run(() -> Selection.assertIs(FIRST));
            // Links what it calls, for which there has to be room.
            round(0);
            long errors = 0;
            for (int round = 0; round < 2; round++) {
                fill();
                errors += round(round);
                filled = null;
                Selection.assertNobodyIsIn(FIRST, SECOND);
                SECOND.run(() -> Selection.assertIs(SECOND));
            }
            assertTrue(errors > 8, errors + " errors");
            System.out.println("the application goes on");
        }

        private static long round(int round) {
            long errors = 0;
            for (int i = 0; i < 16; i++) {
                try {
                    switch ((round + i) % 4) {
                        case 0 -> nest(i);
                        case 1 -> FIRST.call(SECOND::enter);
                        case 2 -> FIRST.call(() -> new Object[1 << 20]);
                        default -> {
                            try (MallocArena closed = MallocArena.create("closed"); ArenaScope scope = closed.enter()) {
                                closed.close();
                                nest(3);
                            }
                        }
                    }
                } catch (OutOfMemoryError e) {
                    errors++;
                } catch (IllegalStateException e) {
                    // SECOND's scope was left open, and there was memory to say so.
                } catch (IllegalArgumentException e) {
                    // What try-with-resources throws when the JVM's one OutOfMemoryError would be suppressed by itself.
                    if (!(e.getCause() instanceof OutOfMemoryError)) {
                        throw e;
                    }
                    errors++;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            return errors;
        }

        private static Object nest(int levels) {
            try (ArenaScope scope = (levels % 2 == 0 ? FIRST : SECOND).enter()) {
                return levels == 0 ? new long[1 << 20] : nest(levels - 1);
            }
        }

        private static void fill() {
            for (int size = 1 << 16; size > 0; size /= 2) {
                try {
                    while (true) {
                        Object[] more = new Object[size];
                        more[0] = filled;
                        filled = more;
                    }
                } catch (OutOfMemoryError e) {
                    continue;
                }
            }
        }
    }
}
