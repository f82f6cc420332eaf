package org.arenascope.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;

/**
 * Defines {@link Dispatcher} as a class of {@code java.lang}. Appending to the boot class path, which is the usual way
 * to be seen by all class loaders, needs a file, has the JVM give up class data sharing for the application's classes
 * with a warning, and is not seen by class loaders that ask their parent for {@code java.*} only.
 */
final class DispatcherClass {
    /** The internal name under which instrumented code finds it. */
    static final String NAME = "java/lang/ArenaScopeDispatcher";

    private static final String ORIGINAL = "org/arenascope/agent/Dispatcher";

    private DispatcherClass() {
    }

    static void define(Instrumentation instrumentation) throws IOException, ReflectiveOperationException {
        Modules.open(instrumentation, Object.class);
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup());
        Class.forName(lookup.defineClass(bytes()).getName(), true, null);
    }

    private static byte[] bytes() throws IOException {
        try (InputStream stream = DispatcherClass.class.getResourceAsStream("Dispatcher.class")) {
            String content = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            return content.replace(constant(ORIGINAL), constant(NAME)).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** A name as a class file's constants have it: a tag, the length, the characters. */
    private static String constant(String name) {
        return "\1" + (char) (name.length() >> 8) + (char) (name.length() & 0xff) + name;
    }
}
