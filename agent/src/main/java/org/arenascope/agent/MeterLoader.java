package org.arenascope.agent;

import java.io.IOException;
import java.io.InputStream;

/**
 * Defines the library's class for Micrometer where it sees both: the Micrometer of a class loader, and the library of
 * the agent's.
 */
final class MeterLoader extends ClassLoader {
    static final String METERS = "org.arenascope.observe.MallocArenaMetrics";

    private static final ClassLoader LIBRARY = MeterLoader.class.getClassLoader();

    MeterLoader(ClassLoader micrometer) {
        super(micrometer);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("org.arenascope.")) {
            return super.loadClass(name, resolve);
        }
        if (!name.startsWith(METERS)) {
            return LIBRARY.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream stream = LIBRARY.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = stream.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
