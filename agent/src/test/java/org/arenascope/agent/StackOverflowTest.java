package org.arenascope.agent;

import com.sun.jna.Native;
import org.arenascope.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks that overflow at any depth of a native method's call: the thread has left the arena afterwards. */
class StackOverflowTest {
    private static final String ARGUMENT = "sample=org.arenascope.sample.**";

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:+TieredCompilation"})
    void noThreadIsLeftInAnArena(String compiler) throws Exception {
        AgentJvm.withScopes(ARGUMENT).option("-Xss512k").option(compiler).run(Overflows.class).assertSilentSuccess();
    }

    @Test
    void norIsOneWhereCallsWereReplaced() throws Exception {
        AgentJvm.withoutAgent().agent(LoadedClassesTest.LoadsClasses.class, "").classPath(AgentJvm.JAR.toString())
                .scopes(ARGUMENT).option("-Xss512k").run(Overflows.class).assertSilentSuccess();
    }

    static final class Overflows {
        public static void main(String[] args) {
            for (int i = 0; i < 300; i++) {
                try {
                    shift(i % 64, i);
                    throw new AssertionError("the stack did not overflow");
                } catch (StackOverflowError e) {
                    Expect.blockIn(null, Native.malloc(100));
                }
            }
            Expect.noThreadInArena();
        }

        /** Has the stack end at other places of what follows. */
        private static long shift(int frames, long number) {
            return frames == 0 ? recurse() : shift(frames - 1, number) + number;
        }

        private static long recurse() {
            return Sample.sum(1) + recurse();
        }
    }
}
