package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.arenascope.MallocArena;
import org.arenascope.agent.AgentJvm.Result;
import org.arenascope.sample.Sample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What somebody sees who gives the agent to a JVM. */
class AgentTest {
    private static final String SAMPLE = "sample=org.arenascope.sample.**";

    @Test
    void aWrongArgumentKeepsTheJvmFromStartingAndIsExplainedWithoutAStackTrace() throws Exception {
        Result result = AgentJvm.withAgent("sample(limit=1x)=org.arenascope.sample.**").run(Arenas.class);
        assertEquals(1, result.exitCode(), result::toString);
        assertEquals("", result.output(), result::toString);
        List<String> lines = result.errors().lines().toList();
        assertEquals(4, lines.size(), result::toString);
        assertTrue(lines.get(0).startsWith("arenascope-agent: wrong argument at character 15, 'x': expected a unit"),
                result::toString);
        assertEquals(" ".repeat(16) + "^", lines.get(2), result::toString);
    }

    @Test
    @Tag("stock")
    void onAStockGlibcItWarnsOnceAndDoesNothing() throws Exception {
        assertDoesNothing(AgentJvm.withAgent(SAMPLE), "not the patched glibc");
    }

    @Test
    @Tag("patched")
    void withoutAFolderToUnpackItsLibraryToItWarnsOnceAndDoesNothing() throws Exception {
        assertDoesNothing(AgentJvm.withAgent(SAMPLE).option("-Djna.tmpdir=/proc"), "-Djna.tmpdir=FOLDER");
    }

    private static void assertDoesNothing(AgentJvm jvm, String reason) throws Exception {
        Result result = jvm.run(Untouched.class).assertSuccess();
        List<String> warnings = result.errors().lines().filter(line -> line.startsWith("arenascope-agent:")).toList();
        assertEquals(1, warnings.size(), result::toString);
        assertTrue(warnings.get(0).startsWith("arenascope-agent: the agent does nothing: "), result::toString);
        assertTrue(warnings.get(0).contains(reason), result::toString);
    }

    static final class Untouched {
        public static void main(String[] args) throws Exception {
            Sample.free(Sample.allocate(100));
            Expect.equal(List.of(), MallocArena.arenas());
            Expect.equal(true, java.lang.reflect.Modifier.isNative(
                    Sample.class.getMethod("allocate", long.class).getModifiers()));
        }
    }

    @Test
    @Tag("patched")
    void arenasAreMadeAtTheStartInOrderWithTheirLimits() throws Exception {
        Result result = AgentJvm.withAgent("a(limit=64m)=x.**;b=y.**").run(Arenas.class).assertSuccess();
        assertEquals(List.of("a 67108864", "b " + MallocArena.UNLIMITED), result.output().lines().toList());
    }

    @Test
    @Tag("patched")
    void givenTwiceTheSecondOneSaysSoAndChangesNothing() throws Exception {
        Result result = AgentJvm.withAgent("a=x.**").option("-javaagent:" + AgentJvm.JAR + "=b=y.**").run(Arenas.class)
                .assertSuccess();
        assertEquals("a " + MallocArena.UNLIMITED + "\n", result.output());
        assertTrue(result.errors().startsWith("arenascope-agent: the agent runs already"), result::toString);
    }

    static final class Arenas {
        public static void main(String[] args) {
            MallocArena.arenas().forEach(arena -> System.out.println(arena.name() + " " + arena.info().limitBytes()));
        }
    }

    @Test
    @Tag("patched")
    void aLibraryAtItsLimitSeesMallocFailAndTheApplicationGoesOn() throws Exception {
        AgentJvm.withAgent("sample(limit=1m)=org.arenascope.sample.**").run(Limited.class).assertSilentSuccess();
    }

    static final class Limited {
        public static void main(String[] args) {
            Expect.equal(0L, Sample.allocate(2 << 20));
            Expect.blockIn("sample", Sample.allocate(100));
        }
    }

    @Test
    @Tag("patched")
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "the JDK does not warn")
    void withoutNativeAccessTheJdkWarnsOnceForAgentAndLibraryTogether() throws Exception {
        Result result = AgentJvm.withAgent(SAMPLE).without("--enable-native-access=ALL-UNNAMED").run(Sampled.class);
        long warnings = result.errors().lines().filter(line ->
                line.contains("restricted method") || line.contains("Restricted native method")).count();
        assertEquals(1, warnings, result::toString);
    }

    static final class Sampled {
        public static void main(String[] args) {
            Expect.blockIn("sample", Sample.allocate(100));
        }
    }
}
