package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

import org.arenascope.agent.NativeMethodsTest.EveryKind;
import org.arenascope.sample.Allocator;
import org.arenascope.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Archives of classes, which the JVM maps instead of reading class files, serve applications with the agent, too. */
class ClassDataSharingTest {
    private static final String ARGUMENT = "sample=org.arenascope.sample.**";

    @TempDir
    private Path folder;

    @Test
    void anArchiveMadeWithoutTheAgentIsUsedWithIt() throws Exception {
        Path archive = folder.resolve("classes.jsa");
        Path log = folder.resolve("classes.log");
        AgentJvm.withoutAgent().classesInJar(folder)
                .option("-XX:ArchiveClassesAtExit=" + archive).run(Unscoped.class).assertSuccess();
        AgentJvm.withScopes(ARGUMENT).classesInJar(folder).option("-XX:SharedArchiveFile=" + archive)
                .option("-Xlog:class+load:file=" + log).run(EveryKind.class).assertSilentSuccess();
        assertTrue(Files.readString(log).lines().anyMatch(line ->
                line.contains(Allocator.class.getName() + " source: shared objects file")), "no class is shared");
    }

    static final class Unscoped {
        public static void main(String[] args) {
            Sample.free(Sample.allocate(100));
        }
    }

    @Test
    void anArchiveOfTheJdksClassesOrNoneMakesNoDifference() throws Exception {
        AgentJvm.withScopes(ARGUMENT).option("-Xshare:off").run(EveryKind.class).assertSilentSuccess();
        AgentJvm.withScopes(ARGUMENT).option("-Xshare:auto").run(EveryKind.class).assertSilentSuccess();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_25, disabledReason = "the JDK has no such option")
    void aCacheOfAheadOfTimeLinkedClassesThatWasMadeWithTheAgentIsUsedWithIt() throws Exception {
        Path cache = folder.resolve("classes.aot");
        AgentJvm.withScopes(ARGUMENT).classesInJar(folder).option("-XX:AOTCacheOutput=" + cache)
                .run(EveryKind.class).assertSuccess();
        AgentJvm.withScopes(ARGUMENT).classesInJar(folder).option("-XX:AOTCache=" + cache).option("-XX:AOTMode=on")
                .run(EveryKind.class).assertSilentSuccess();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_25, disabledReason = "the JDK has no such option")
    void aCacheThatWasMadeWithoutAnyAgentIsPassedOverByTheJvmAndTheApplicationRuns() throws Exception {
        Path cache = folder.resolve("classes.aot");
        AgentJvm.withoutAgent().classesInJar(folder)
                .option("-XX:AOTCacheOutput=" + cache).run(Unscoped.class).assertSuccess();
        AgentJvm.withScopes(ARGUMENT).classesInJar(folder).option("-XX:AOTCache=" + cache).run(EveryKind.class)
                .assertSuccess();
    }
}
