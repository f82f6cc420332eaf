package org.arenascope.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.List;

import org.arenascope.MallocArena;

/** Puts the agent's parts in their places in the JVM. */
final class Installation {
    /** Set once, before anybody asks. */
    private static MallocArena[] arenas;

    private Installation() {
    }

    /** By number, the arenas of instrumented code. */
    static MallocArena[] arenas() {
        return arenas;
    }

    /** Has native methods of the classes that {@code entries} match called in {@code arenas}, one for each. */
    static void install(Instrumentation instrumentation, List<Entry> entries, MallocArena[] arenas)
            throws IOException, ReflectiveOperationException {
        Installation.arenas = arenas;
        DispatcherClass.define(instrumentation);
        // An application's older library may be in front of the agent's: then it is now that it shows.
        Object scopes = Scopes.INSTANCE.get();
        int depth = Scopes.INSTANCE.applyAsInt(scopes);
        Scopes.INSTANCE.accept(scopes, 0);
        Scopes.LEAVE.accept(scopes, depth);
        if (System.getProperty(NativeMethods.JNA_PREFIX_PROPERTY) == null) {
            System.setProperty(NativeMethods.JNA_PREFIX_PROPERTY, NativeMethods.PREFIX);
        }
        ScopeTransformer transformer = new ScopeTransformer(entries);
        instrumentation.addTransformer(transformer, true);
        instrumentation.setNativeMethodPrefix(transformer, NativeMethods.PREFIX);
        transformer.instrumentLoadedClasses(instrumentation);
        if (!"false".equals(System.getProperty("org.arenascope.micrometer"))) {
            instrumentation.addTransformer(new MicrometerFinder());
            MicrometerFinder.lookIn(instrumentation);
        }
    }
}
