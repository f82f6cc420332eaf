package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** How scopes select their arenas, on the patched glibc. */
@Tag("patched")
class BindingTest {
    private static String binding(String... options) throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of(options), Program.class);
        assertEquals(0, child.exitCode(), child.output());
        return child.output().strip().lines().reduce((first, last) -> last).orElseThrow();
    }

    @Test
    void theBestOfTheJdkIsUsed() throws Exception {
        assertEquals("MEMORY", binding());
    }

    @Test
    void eachCanBeForced() throws Exception {
        assertEquals("MEMORY", binding("-Dorg.arenascope.binding=memory"));
        assertEquals("JNI", binding("-Dorg.arenascope.binding=jni"));
        assertEquals("JNA", binding("-Dorg.arenascope.binding=jna"));
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22, disabledReason = "the JDK has no java.lang.foreign")
    void foreignCanBeForcedToo() throws Exception {
        assertEquals("FOREIGN", binding("-Dorg.arenascope.binding=foreign"));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "the word is not reached by a module of its own")
    void withoutTheModuleForTheWordAnotherBindingIsUsed() throws Exception {
        String modules = "--limit-modules=java.logging,java.management,jdk.jfr";
        assertEquals("JNI", binding(modules));
        String reason = binding(modules, "-Dorg.arenascope.binding=memory");
        assertTrue(reason.contains("sun.misc.Unsafe") && reason.contains("-Dorg.arenascope.binding"), reason);
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "the JDK has java.lang.foreign")
    void aBindingThatTheJdkHasNotIsAReason() throws Exception {
        String reason = binding("-Dorg.arenascope.binding=foreign");
        assertTrue(reason.contains("JDK 22") && reason.contains("-Dorg.arenascope.binding"), reason);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "native access cannot be denied")
    void withoutNativeAccessForTheLibraryAnotherBindingIsUsed() throws Exception {
        assertEquals("JNI", binding("--illegal-native-access=deny", "--enable-native-access=com.sun.jna",
                "--module-path", ChildJvm.CLASS_PATH, "--add-modules=org.arenascope",
                "--patch-module=org.arenascope=test-classes"));
    }

    @Test
    void aBindingThatThereIsNotIsAReason() throws Exception {
        String reason = binding("-Dorg.arenascope.binding=fast");
        assertTrue(reason.contains("[memory, foreign, jni, jna]") && reason.contains("'fast'"), reason);
    }

    @Test
    void withAnotherMallocThereIsNoneAlsoIfItsFunctionsHideBehindAVersion() throws Exception {
        ChildJvm child = ChildJvm.runAfter("export LD_PRELOAD=libc_malloc_debug.so.0", List.of(), Program.class);
        assertTrue(child.output().contains("malloc comes from ")
                && child.output().contains("libc_malloc_debug.so.0"), child.output());
    }

    static final class Program {
        public static void main(String[] args) {
            if (!MallocArena.isSupported()) {
                System.out.println(MallocArena.unsupportedReason().orElseThrow());
                return;
            }
            MallocArena arena = MallocArena.create("arena");
            for (int i = 0; i < 20_000; i++) {
                try (ArenaScope scope = arena.enter()) {
                    check(arena);
                }
                check(null);
            }
            System.out.println(MallocArena.binding().orElseThrow());
        }

        private static void check(MallocArena expected) {
            long block = Native.malloc(100);
            if (!UnsafeMalloc.arenaOf(block).equals(Optional.ofNullable(expected))) {
                throw new AssertionError("a block lies in " + UnsafeMalloc.arenaOf(block));
            }
            Native.free(block);
        }
    }
}
