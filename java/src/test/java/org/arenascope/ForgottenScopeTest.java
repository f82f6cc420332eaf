package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

/** Scopes that nobody closes. In JVMs of their own, since whether they are looked for is settled at the start. */
class ForgottenScopeTest {
    @Test
    void withAssertionsOnAForgottenScopeIsReportedOnceWithItsPlace() throws Exception {
        assertReported(run("-ea:org.arenascope..."));
    }

    @Test
    void withThePropertySetAForgottenScopeIsReportedOnceWithItsPlace() throws Exception {
        assertReported(run("-Dorg.arenascope.trace=true"));
    }

    private static void assertReported(ChildJvm child) {
        assertEquals(0, child.exitCode(), child.output());
        assertEquals(1, child.output().split("was never closed", -1).length - 1, child.output());
        assertTrue(child.output().contains("'forgotten'"), child.output());
        assertTrue(child.output().contains("ForgottenScopeTest$Program.forget(ForgottenScopeTest.java:"),
                child.output());
        assertFalse(child.output().contains("'closed properly'"), child.output());
    }

    @Test
    void otherwiseNothingIsReportedAndAMisplacedCloseSaysHowToFindThePlace() throws Exception {
        ChildJvm child = run("-da");
        assertEquals(0, child.exitCode(), child.output());
        assertFalse(child.output().contains("was never closed"), child.output());
        assertTrue(child.output().contains("-Dorg.arenascope.trace=true"), child.output());
    }

    private static ChildJvm run(String option) throws Exception {
        return ChildJvm.run(ChildJvm.CLASS_PATH, List.of(option), Program.class);
    }

    static final class Program {
        public static void main(String[] args) throws Exception {
            for (int i = 0; i < 3; i++) {
                Thread thread = new Thread(Program::forget, "forgetful");
                thread.start();
                thread.join();
            }
            try (ArenaScope scope = MallocArena.createIfSupported("closed properly").enter()) {
                scope.close();
            }
            MallocArena.createIfSupported("closed by call").run(() -> {});
            closeOutOfOrder();
            for (int i = 0; i < 20; i++) {
                System.gc();
                Thread.sleep(50);
            }
        }

        private static void forget() {
            MallocArena.createIfSupported("forgotten").enter();
        }

        private static void closeOutOfOrder() {
            ArenaScope outer = MallocArena.createIfSupported("outer").enter();
            ArenaScope inner = MallocArena.createIfSupported("inner").enter();
            try {
                outer.close();
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            inner.close();
            outer.close();
        }
    }
}
