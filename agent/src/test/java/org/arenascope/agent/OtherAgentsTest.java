package org.arenascope.agent;

import java.io.File;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Arrays;

import org.arenascope.agent.NativeMethodsTest.EveryKind;
import org.arenascope.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that change the same classes, before this one and after it. */
class OtherAgentsTest {
    private static final String ARGUMENT = "sample=org.arenascope.sample.**";

    /** Renames native methods as this agent does, with a prefix of its own, and has classes transformed again. */
    public static final class Renames {
        private static Instrumentation instrumentation;

        public static void premain(String argument, Instrumentation instrumentation) {
            Renames.instrumentation = instrumentation;
            ClassFileTransformer transformer = new ClassFileTransformer() {
                @Override
                public byte[] transform(ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain,
                        byte[] bytes) {
                    return "org/arenascope/sample/Sample".equals(name) ? Renaming.rename(bytes) : null;
                }
            };
            instrumentation.addTransformer(transformer, true);
            instrumentation.setNativeMethodPrefix(transformer, Renaming.PREFIX);
        }
    }

    static final class RenamedTwice {
        public static void main(String[] args) throws Exception {
            EveryKind.main(args);
            Renames.instrumentation.retransformClasses(Sample.class);
            EveryKind.main(args);
            Expect.equal(true, Arrays.stream(Sample.class.getDeclaredMethods())
                    .anyMatch(method -> method.getName().startsWith(Renaming.PREFIX)));
        }
    }

    @Test
    void anAgentWithAPrefixOfItsOwnMayComeFirst() throws Exception {
        AgentJvm.withoutAgent().agent(Renames.class, "").classPath(byteBuddy()).scopes(ARGUMENT)
                .run(RenamedTwice.class).assertSilentSuccess();
    }

    @Test
    void anAgentWithAPrefixOfItsOwnMayComeLater() throws Exception {
        AgentJvm.withScopes(ARGUMENT).agent(Renames.class, "").classPath(byteBuddy())
                .run(RenamedTwice.class).assertSilentSuccess();
    }

    private static String byteBuddy() {
        return jar("byte-buddy-");
    }

    private static String jar(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().startsWith(name)).findFirst().orElseThrow();
    }

    @Test
    void jacocoMeasuresCoverageBesideIt(@TempDir Path folder) throws Exception {
        Path results = folder.resolve("jacoco.exec");
        String jacoco = "-javaagent:" + jar("org.jacoco.agent") + "=destfile=" + results;
        AgentJvm.withoutAgent().option(jacoco).scopes(ARGUMENT).run(EveryKind.class).assertSilentSuccess();
        Expect.equal(true, Files.deleteIfExists(results));
        AgentJvm.withScopes(ARGUMENT).option(jacoco).run(EveryKind.class).assertSilentSuccess();
        Expect.equal(true, Files.exists(results));
    }
}
