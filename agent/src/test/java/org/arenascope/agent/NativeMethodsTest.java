package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import org.arenascope.agent.AgentJvm.Result;
import org.arenascope.sample.MappedSample;
import org.arenascope.sample.Sample;
import org.arenascope.sample.other.Other;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Native methods of every kind, called in JVMs with the agent: each does what it did, in a scope. */
class NativeMethodsTest {
    private static void run(Class<?> program) throws Exception {
        AgentJvm.withScopes("sample=org.arenascope.sample.*").run(program).assertSilentSuccess();
    }

    @Test
    void methodsOfEveryKindRunInTheArena() throws Exception {
        run(EveryKind.class);
    }

    static final class EveryKind {
        public static void main(String[] args) throws Exception {
            Sample sample = new Sample();
            Expect.blockIn("sample", Sample.allocate(100));
            Expect.blockIn("sample", sample.allocateHere(100));
            Expect.blockIn("sample", Sample.callPrivateMethod(100));
            Expect.blockIn("sample", Sample.allocateRegistered(100));
            Expect.blockIn("sample", sample.allocateAnywhere(100));
            Expect.scopes("sample", 1, () -> Expect.equal(6L, Sample.sum(1, 2, 3)));
            Expect.scopes("sample", 1, () -> Expect.equal("x", Sample.same("x")));
            Expect.scopes("sample", 1, () -> Expect.equal(1 + 2 + 'c' + 4 + 5 + 6 + 7.5 + 8.5 + 9, sample.mix(true,
                    (byte) 2, 'c', (short) 4, 5, 6, 7.5f, 8.5, "i", new int[] {9})));
            Expect.noThreadInArena();
        }
    }

    @Test
    void aPatternThatTakesInTheLibraryLeavesItAlone() throws Exception {
        AgentJvm.withScopes("all=org.**").run(InThread.class).assertSilentSuccess();
    }

    static final class InThread {
        public static void main(String[] args) throws Exception {
            Thread thread = new Thread(() -> Expect.blockIn("all", Sample.allocate(100)));
            thread.start();
            thread.join();
            Expect.scopes("all", 2, () -> Expect.blockIn("all", Sample.allocate(100)));
        }
    }

    @Test
    void classesKeepTheirMethodsAsOthersSeeThem() throws Exception {
        run(Reflection.class);
    }

    static final class Reflection {
        public static void main(String[] args) throws Exception {
            Method same = Sample.class.getMethod("same", Comparable.class);
            Expect.equal(true, same.isAnnotationPresent(Deprecated.class));
            Expect.equal("T", same.getGenericReturnType().getTypeName());
            Expect.equal(IOException.class, Sample.class.getMethod("fail", String.class).getExceptionTypes()[0]);
            Expect.equal(true, Sample.class.getMethod("sum", long[].class).isVarArgs());
            for (Method method : Sample.class.getDeclaredMethods()) {
                Expect.equal(Modifier.isNative(method.getModifiers()), method.isSynthetic());
                Expect.equal(method.isSynthetic(), method.getName().startsWith("$$arenascope$$"));
            }
        }
    }

    @Test
    void anExceptionPassesThroughAndTheArenaIsLeft() throws Exception {
        run(Exceptions.class);
    }

    static final class Exceptions {
        public static void main(String[] args) throws Exception {
            try {
                Sample.fail("on purpose");
                throw new AssertionError("nothing was thrown");
            } catch (IOException e) {
                Expect.equal("on purpose", e.getMessage());
            }
            RuntimeException inside = new RuntimeException();
            try {
                Sample.callBack(() -> {
                    throw inside;
                });
                throw new AssertionError("nothing was thrown");
            } catch (RuntimeException e) {
                Expect.equal(inside, e);
            }
            Expect.noThreadInArena();
        }
    }

    @Test
    void aSynchronizedMethodHoldsItsLockAroundTheScope() throws Exception {
        run(Synchronized.class);
    }

    static final class Synchronized {
        public static void main(String[] args) throws Exception {
            Expect.scopes("sample", 1, () -> Expect.equal(1L,
                    Sample.callLocked(() -> Thread.holdsLock(Sample.class) ? 1 : 0)));
            Expect.equal(false, Thread.holdsLock(Sample.class));
        }
    }

    @Test
    void aMethodThatCallsBackIntoAnotherArenaGoesOnInItsOwn() throws Exception {
        AgentJvm.withScopes("other=org.arenascope.sample.other.**;sample=org.arenascope.sample.**").run(Nested.class)
                .assertSilentSuccess();
    }

    static final class Nested {
        public static void main(String[] args) {
            long[] blocks = Sample.callBack(() -> {
                long[] inner = Other.callBack(() -> Sample.allocate(100));
                Expect.blockIn("other", inner[0]);
                Expect.blockIn("sample", inner[1]);
                return inner[2];
            });
            Expect.blockIn("sample", blocks[0]);
            Expect.blockIn("other", blocks[1]);
            Expect.blockIn("sample", blocks[2]);
            Expect.noThreadInArena();
        }
    }

    @Test
    void classesOfOldVersionsAreInstrumentedToo() throws Exception {
        run(OldVersions.class);
    }

    static final class OldVersions {
        public static void main(String[] args) throws Exception {
            for (int version : List.of(46, 48, 49, 50, 51, 52, 55)) {
                Class<?> sample = new CopyLoader(OldVersions.class.getClassLoader(), version)
                        .loadClass(Sample.class.getName());
                Expect.blockIn("sample", (long) sample.getMethod("allocate", long.class).invoke(null, 100L));
            }
        }
    }

    @Test
    void aClassLoaderThatSeesNothingButTheJdkAndItsOwnClassesIsServed() throws Exception {
        run(SeesTheJdkOnly.class);
    }

    static final class SeesTheJdkOnly {
        public static void main(String[] args) throws Exception {
            Class<?> sample = new CopyLoader(null, 0).loadClass(Sample.class.getName());
            Expect.blockIn("sample", (long) sample.getMethod("allocate", long.class).invoke(null, 100L));
            Expect.blockIn("sample", (long) sample.getMethod("callPrivateMethod", long.class).invoke(null, 100L));
        }
    }

    @Test
    void functionsThatJnaMapsDirectlyRunInTheArena() throws Exception {
        run(MappedByJna.class);
    }

    static final class MappedByJna {
        public static void main(String[] args) throws Exception {
            Expect.blockIn("sample", MappedSample.sample_allocate(100));
            try {
                MappedSample.sample_fail();
                throw new AssertionError("nothing was thrown");
            } catch (LastErrorException e) {
                Expect.equal(2, e.getErrorCode());
            }
            Expect.noThreadInArena();
        }
    }

    @Test
    void whatCannotBeInstrumentedStaysAsItIsWithOneWarning() throws Exception {
        Result result = AgentJvm.withScopes("sample=org.arenascope.sample.*").run(MappedByNames.class).assertSuccess();
        assertEquals(1, result.errors().lines().count(), result::toString);
        assertTrue(result.errors().startsWith("arenascope-agent: class org.arenascope.sample.MappedByNames stays as it"
                + " is"), result::toString);
    }

    static final class MappedByNames {
        public static void main(String[] args) {
            Expect.blockIn(null, org.arenascope.sample.MappedByNames.allocate(100));
        }
    }

    @Test
    void anArenaThatSomebodyClosesIsNotUsedAnyMoreAndTheLibraryIs() throws Exception {
        run(Closed.class);
    }

    static final class Closed {
        public static void main(String[] args) {
            long[] blocks = Sample.callBack(() -> {
                Expect.arena("sample").close();
                return Sample.allocate(100);
            });
            Expect.blockIn("sample", blocks[0]);
            Expect.blockIn("sample", blocks[2]);
            Expect.blockIn(null, Sample.allocate(100));
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK has no virtual threads")
    void tenThousandVirtualThreadsOnTwoCarriersLeaveNoneInAnArena() throws Exception {
        AgentJvm.withScopes("sample=org.arenascope.sample.*").option("-Djdk.virtualThreadScheduler.parallelism=2")
                .option("-Djdk.virtualThreadScheduler.maxPoolSize=2").run(VirtualThreads.class).assertSilentSuccess();
    }

    /** Each gives its carrier up before its calls, between them, and would like to inside. */
    static final class VirtualThreads {
        public static void main(String[] args) throws Exception {
            VirtualWork.run(10_000, () -> {
                for (int i = 0; i < 3; i++) {
                    Thread.sleep(1);
                    Expect.blockIn("sample", Sample.allocate(100));
                    Expect.blockIn(null, Native.malloc(100));
                    long[] blocks = Sample.callBack(() -> {
                        Thread.yield();
                        return Sample.allocate(100);
                    });
                    for (long block : blocks) {
                        Expect.blockIn("sample", block);
                    }
                }
            });
            Expect.noThreadInArena();
        }
    }

    @Test
    void threadsThatTheLibraryStartsFollowUnlessTheOptionSaysOtherwise() throws Exception {
        run(Follow.class);
        AgentJvm.withScopes("sample(inherit=false)=org.arenascope.sample.*").run(Follow.class, "not").assertSuccess();
    }

    static final class Follow {
        public static void main(String[] args) {
            Expect.blockIn(args.length == 0 ? "sample" : null, Sample.allocateInThread(100));
            Expect.noThreadInArena();
        }
    }
}
