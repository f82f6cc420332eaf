package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.function.LongSupplier;

import com.sun.jna.Native;
import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.VirtualMachine;
import org.arenascope.MallocArena;
import org.arenascope.agent.AgentJvm.Result;
import org.arenascope.sample.Allocator;
import org.arenascope.sample.Caller;
import org.arenascope.sample.Sample;
import org.arenascope.sample.other.Later;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Native methods of classes that were loaded before the agent: calls by the named packages' classes are in scopes. */
class LoadedClassesTest {
    private static final String ARGUMENT = "sample=org.arenascope.sample.**";

    /** An agent that comes first, and loads classes. */
    public static final class LoadsClasses {
        public static void premain(String argument, Instrumentation instrumentation) {
            Sample.free(Sample.allocate(1));
            Caller.allocate(1);
            new Caller.InJava();
            new Caller.Shadow();
        }
    }

    @Test
    void callsOfClassesThatAnotherAgentLoadedAreInScopes() throws Exception {
        AgentJvm.withoutAgent().agent(LoadsClasses.class, "").classPath(AgentJvm.JAR.toString())
                .scopes(ARGUMENT).run(Calls.class).assertSilentSuccess();
    }

    static final class Calls {
        public static void main(String[] args) throws Exception {
            calls();
        }

        static void calls() throws Exception {
            Sample sample = new Sample();
            Expect.blockIn("sample", Caller.allocate(100));
            Expect.blockIn("sample", Caller.allocateHere(sample, 100));
            Expect.blockIn("sample", Sample.callPrivateMethod(100));
            Expect.scopes("sample", 0, () -> Expect.equal(-5L, Caller.callShadow(5)));
            Expect.scopes("sample", 1, () -> Expect.equal(6L, Caller.sum(1, 2, 3)));
            LongSupplier nested = () -> Caller.allocate(100);
            for (long block : Caller.callBack(nested)) {
                Expect.blockIn("sample", block);
            }
            try {
                Caller.fail();
                throw new AssertionError("nothing was thrown");
            } catch (IOException e) {
                Expect.equal("caught", e.getMessage());
            }
            // A class that is loaded only now.
            Expect.blockIn("sample", Later.allocate(100));
            Expect.noThreadInArena();
        }
    }

    @Test
    void aCallThatReachesANativeMethodByTheReceiversClassIsInAScopeAndOneThatReachesJavaIsNot() throws Exception {
        AgentJvm.withoutAgent().agent(LoadsClasses.class, "").classPath(AgentJvm.JAR.toString())
                .scopes(ARGUMENT).run(Dispatch.class).assertSilentSuccess();
    }

    static final class Dispatch {
        public static void main(String[] args) throws Exception {
            Allocator natively = new Sample();
            Allocator inJava = new Caller.InJava();
            Expect.scopes("sample", 1, () -> Expect.blockIn("sample", natively.allocateAnywhere(100)));
            Expect.scopes("sample", 0, () -> Expect.equal(100L, inJava.allocateAnywhere(100)));
        }
    }

    @Test
    void anAgentThatIsAttachedToARunningApplicationDoesTheSame() throws Exception {
        runAttached(Attached.class).assertSilentSuccess();
    }

    static final class Attached {
        public static void main(String[] args) throws Exception {
            LoadsClasses.premain(null, null);
            attach(args[0], ARGUMENT);
            Calls.calls();
            Dispatch.main(args);
        }
    }

    @Test
    void whoAttachesItWithAWrongArgumentIsToldAndTheApplicationGoesOn() throws Exception {
        Result result = runAttached(AttachedWrongly.class).assertSuccess();
        assertTrue(result.errors().startsWith("arenascope-agent: wrong argument at character 8"), result::toString);
    }

    static final class AttachedWrongly {
        public static void main(String[] args) throws Exception {
            try {
                attach(args[1], "sample(");
                throw new AssertionError("nothing was thrown");
            } catch (AgentInitializationException e) {
                Expect.blockIn(null, Sample.allocate(100));
            }
        }
    }

    private static Result runAttached(Class<?> program) throws Exception {
        AgentJvm jvm = AgentJvm.withoutAgent().option("-Djdk.attach.allowAttachSelf=true")
                .classPath(AgentJvm.JAR.toString());
        if (Runtime.version().feature() >= 21) {
            jvm.option("-XX:+EnableDynamicAgentLoading");
        }
        return jvm.run(program, AgentJvm.scopesJar().toString(), AgentJvm.JAR.toString());
    }

    private static void attach(String jar, String argument) throws Exception {
        VirtualMachine self = VirtualMachine.attach(Long.toString(ProcessHandle.current().pid()));
        try {
            self.loadAgent(jar, argument);
        } finally {
            self.detach();
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK has no virtual threads")
    void onVirtualThreadsTooNoCarrierIsLeftInAnArena() throws Exception {
        AgentJvm.withoutAgent().agent(LoadsClasses.class, "").classPath(AgentJvm.JAR.toString())
                .option("-Djdk.virtualThreadScheduler.parallelism=2").scopes(ARGUMENT)
                .run(OnVirtualThreads.class).assertSilentSuccess();
    }

    static final class OnVirtualThreads {
        public static void main(String[] args) throws Throwable {
            Allocator natively = new Sample();
            Allocator sleeps = new Caller.InJava();
            VirtualWork.run(1_000, () -> {
                Expect.blockIn("sample", natively.allocateAnywhere(100));
                sleeps.allocateAnywhere(1);
                Expect.blockIn(null, Native.malloc(100));
            });
            Expect.noThreadInArena();
            Expect.equal(true, MallocArena.arenas().get(0).scopes() >= 1_000);
        }
    }
}
