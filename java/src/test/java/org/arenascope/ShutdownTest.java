package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** JVMs that end while threads are in scopes, on the patched glibc. */
@Tag("patched")
@Timeout(60)
class ShutdownTest {
    private static final int KILLED_BY_SIGTERM = 128 + 15;
    private static final String READY = "in the scope";

    private static void assertEndsInOrder(int exitCode, ChildJvm child) {
        assertEquals(exitCode, child.exitCode(), child.output());
        assertTrue(child.output().endsWith("the hook has run\n"), child.output());
    }

    @Test
    void sigtermEndsAJvmThatBlocksInNativeCodeInAScope() throws Exception {
        assertEndsInOrder(KILLED_BY_SIGTERM, ChildJvm.terminate(READY, List.of(), Program.class, "block"));
    }

    @Test
    void sigtermEndsAJvmThatAllocatesInScopes() throws Exception {
        assertEndsInOrder(KILLED_BY_SIGTERM, ChildJvm.terminate(READY, List.of(), Program.class, "allocate"));
    }

    @Test
    void exitInAScopeEndsTheJvm() throws Exception {
        assertEndsInOrder(3, ChildJvm.run(ChildJvm.CLASS_PATH, List.of(), Program.class, "exit"));
    }

    @Test
    void theEndOfTheLastThreadEndsTheJvmWhileDaemonsAllocateInScopes() throws Exception {
        assertEndsInOrder(0, ChildJvm.run(ChildJvm.CLASS_PATH, List.of(), Program.class, "return"));
    }

    interface CLibraryOfWaits extends Library {
        int pause();
    }

    static final class Program {
        private static final MallocArena SHARED = MallocArena.create("shared");

        public static void main(String[] args) throws Exception {
            Runtime.getRuntime().addShutdownHook(new Thread(Program::shutDown));
            CountDownLatch allocating = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                Thread thread = new Thread(() -> allocate(allocating));
                thread.setDaemon(true);
                thread.start();
            }
            allocating.await();
            switch (args[0]) {
                case "block" -> SHARED.run(() -> {
                    System.out.println(READY);
                    while (true) {
                        Native.load("c", CLibraryOfWaits.class).pause();
                    }
                });
                case "allocate" -> {
                    System.out.println(READY);
                    allocate(new CountDownLatch(1));
                }
                case "exit" -> SHARED.run(() -> System.exit(3));
                default -> { }
            }
        }

        private static void allocate(CountDownLatch started) {
            try {
                while (true) {
                    try (ArenaScope scope = SHARED.enter()) {
                        Selection.assertIs(SHARED);
                        started.countDown();
                    }
                    Selection.assertIs(null);
                }
            } catch (IllegalStateException e) {
                Selection.assertIs(null);
                if (!SHARED.isClosed()) {
                    throw e;
                }
            }
        }

        /** Other threads are in scopes of the arena, or about to enter one. */
        private static void shutDown() {
            Selection.assertIs(null);
            SHARED.run(() -> Selection.assertIs(SHARED));
            SHARED.close();
            try (MallocArena late = MallocArena.create("late")) {
                late.run(() -> Selection.assertIs(late));
                Selection.assertNobodyIsIn(late);
            }
            System.out.println("the hook has run");
        }
    }
}
