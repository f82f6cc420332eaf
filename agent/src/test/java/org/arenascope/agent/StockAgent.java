package org.arenascope.agent;

import java.lang.instrument.Instrumentation;

import org.arenascope.MallocArena;

/** Does what the agent does with arenas where there are none: with ones that do not isolate. */
public final class StockAgent {
    private StockAgent() {
    }

    public static void premain(String argument, Instrumentation instrumentation) throws Exception {
        Installation.install(instrumentation, ArgumentParser.parse(argument), ArgumentParser.parse(argument).stream()
                .map(entry -> MallocArena.createIfSupported(entry.name())).toArray(MallocArena[]::new));
    }

    public static void agentmain(String argument, Instrumentation instrumentation) throws Exception {
        premain(argument, instrumentation);
    }
}
