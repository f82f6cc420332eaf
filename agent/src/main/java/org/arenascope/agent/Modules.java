package org.arenascope.agent;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/** Opens packages of named modules to the agent, as {@link Instrumentation} lets agents do. */
final class Modules {
    private Modules() {
    }

    /** Lets the agent look into the package of {@code type}, and define classes there. */
    static void open(Instrumentation instrumentation, Class<?> type) {
        Module module = type.getModule();
        Module agent = Modules.class.getModule();
        if (!module.isOpen(type.getPackageName(), agent)) {
            instrumentation.redefineModule(module, Set.of(), Map.of(),
                    Map.of(type.getPackageName(), Set.of(agent)), Set.of(), Map.of());
        }
    }
}
