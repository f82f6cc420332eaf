package org.arenascope.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Instruments the classes that match: their native methods as they are loaded, calls of native methods whose classes
 * were loaded before, and what links foreign functions. What does not match costs a comparison of names.
 */
final class ScopeTransformer implements ClassFileTransformer {
    /** Packages of the library and the agent. */
    private static final Set<String> OWN = Set.of("org/arenascope", "org/arenascope/internal",
            "org/arenascope/observe", "org/arenascope/agent");

    private final Entry[] entries;

    /** Classes whose native methods were renamed; whoever changes them again has to find the same methods. */
    private final Map<ClassLoader, Set<String>> renamed = new WeakHashMap<>();

    /** Calls to replace in classes of a class loader. */
    private volatile Map<ClassLoader, CallSites> callSites = Collections.emptyMap();

    ScopeTransformer(List<Entry> entries) {
        this.entries = entries.toArray(Entry[]::new);
    }

    /** The number of the first entry that matches, and of its arena, or -1. */
    private int arenaOf(String internalName) {
        for (int i = 0; i < entries.length; i++) {
            if (entries[i].matches(internalName)) {
                return isOwn(internalName) ? -1 : i;
            }
        }
        return -1;
    }

    /** Whether scopes are made of this class: a scope around that would have no end. */
    private static boolean isOwn(String internalName) {
        return internalName.startsWith("com/sun/jna/")
                || OWN.contains(internalName.substring(0, Math.max(0, internalName.lastIndexOf('/'))));
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain, byte[] bytes) {
        int arena = name == null ? -1 : arenaOf(name);
        if (arena < 0) {
            return null;
        }
        try {
            return transform(loader, name, loaded != null, bytes, arena);
        } catch (RuntimeException | LinkageError e) {
            Warnings.notInstrumented(name.replace('/', '.'), e);
            return null;
        }
    }

    private byte[] transform(ClassLoader loader, String name, boolean isLoaded, byte[] bytes, int arena) {
        byte[] result = null;
        if (!isLoaded || isRenamed(loader, name)) {
            result = NativeMethods.wrap(bytes, arena);
            if (result != null && !isLoaded) {
                synchronized (renamed) {
                    renamed.computeIfAbsent(loader, l -> new HashSet<>()).add(name);
                }
            }
        }
        byte[] linking = ForeignFunctions.wrap(result == null ? bytes : result, arena);
        result = linking == null ? result : linking;
        CallSites calls = callSites.get(loader);
        if (calls != null) {
            byte[] replaced = calls.replaceIn(result == null ? bytes : result);
            result = replaced == null ? result : replaced;
        }
        return result;
    }

    private boolean isRenamed(ClassLoader loader, String name) {
        synchronized (renamed) {
            return renamed.getOrDefault(loader, Set.of()).contains(name);
        }
    }

    /** Has calls of native methods replaced whose classes are loaded already. This transformer is in place. */
    void instrumentLoadedClasses(Instrumentation instrumentation) {
        Map<ClassLoader, List<Class<?>>> loaded = new HashMap<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            String name = type.getName().replace('.', '/');
            // The boot class loader's are the JDK's, but for what somebody appends.
            if (arenaOf(name) >= 0 && type.getClassLoader() != null && !isRenamed(type.getClassLoader(), name)
                    && !type.isHidden() && instrumentation.isModifiableClass(type)) {
                loaded.computeIfAbsent(type.getClassLoader(), l -> new ArrayList<>()).add(type);
            }
        }
        if (loaded.isEmpty()) {
            return;
        }
        Map<ClassLoader, CallSites> found = new WeakHashMap<>();
        loaded.forEach((loader, classes) -> {
            CallSites calls = new CallSites(instrumentation, classes, this::arenaOf);
            if (!calls.isEmpty()) {
                found.put(loader, calls);
            }
        });
        callSites = Collections.synchronizedMap(found);
        loaded.values().forEach(classes -> retransform(instrumentation, classes));
    }

    private static void retransform(Instrumentation instrumentation, List<Class<?>> classes) {
        try {
            instrumentation.retransformClasses(classes.toArray(Class<?>[]::new));
        } catch (UnmodifiableClassException | LinkageError | RuntimeException e) {
            if (classes.size() > 1) {
                classes.forEach(type -> retransform(instrumentation, List.of(type)));
            } else {
                Warnings.notInstrumented(classes.get(0).getName(), e);
            }
        }
    }
}
