package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.arenascope.agent.AgentJvm.Result;
import org.arenascope.sample.Sample;
import org.junit.jupiter.api.Test;

/** Native methods of every kind, called in JVMs with the agent: each does what it did, in a scope. */
class NativeMethodsTest {
    private static void run(Class<?> program) throws Exception {
        Result result = AgentJvm.withScopes("sample=org.arenascope.sample.*").run(program).assertSuccess();
        assertEquals("", result.errors().replaceAll("(?m)^WARNING: .*\n", ""), result::toString);
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
