package org.arenascope.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.security.ProtectionDomain;

/**
 * Shows arenas in Micrometer's global registry as soon as an application loads it, in whichever class loader. Changes
 * no class.
 */
final class MicrometerFinder implements ClassFileTransformer {
    private static final String REGISTRIES = "io.micrometer.core.instrument.Metrics";
    private static final String INTERNAL_NAME = REGISTRIES.replace('.', '/');

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain, byte[] bytes) {
        if (INTERNAL_NAME.equals(name) && loaded == null && loader != null) {
            bindLater(loader);
        }
        return null;
    }

    /** Finds the registries that were loaded before. */
    static void lookIn(Instrumentation instrumentation) {
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (type.getName().equals(REGISTRIES) && type.getClassLoader() != null) {
                bindLater(type.getClassLoader());
            }
        }
    }

    /** On a thread of its own, since the class is only about to be there. */
    private static void bindLater(ClassLoader loader) {
        Thread thread = new Thread(null, () -> bind(loader), "arenascope-micrometer", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    private static void bind(ClassLoader loader) {
        try {
            Object registry = Class.forName(REGISTRIES, true, loader).getField("globalRegistry").get(null);
            Class<?> type = new MeterLoader(loader).loadClass(MeterLoader.METERS);
            Class<?> parameter = Class.forName("io.micrometer.core.instrument.MeterRegistry", false, loader);
            type.getMethod("bindTo", parameter).invoke(type.getConstructor().newInstance(), registry);
        } catch (InvocationTargetException e) {
            Warnings.print("arenas are not shown in Micrometer: " + e.getCause());
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            Warnings.print("arenas are not shown in Micrometer: " + e);
        }
    }
}
