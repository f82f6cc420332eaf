package org.arenascope.agent;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Calls of native methods whose classes were loaded before the agent, so that nothing can be put in front of the
 * methods themselves: no method can be added to such a class. Each call by the same class loader's classes that match
 * is replaced with one of a static method, in a class that is defined beside the native one, which calls it in a scope.
 *
 * <p>A call that finds its method by the receiver's class counts if that class may be one with a native method; whether
 * it is decides the class beside at each call. So there is no scope around Java code, which might give up its carrier.
 */
final class CallSites {
    private static final String SUFFIX = "$$arenascope";

    private static final AtomicInteger LAST_HANDLE = new AtomicInteger();
    private static final Map<Integer, MethodHandle> HANDLES = new ConcurrentHashMap<>();

    /** By {@link #key}, what replaces calls of a method. */
    private final Map<String, Replacement> replacements = new HashMap<>();
    /** The keys of all methods: where the search for the one that a call means ends. */
    private final Set<String> declared = new HashSet<>();
    /** Superclasses, by internal names. */
    private final Map<String, String> parents = new HashMap<>();

    private record Replacement(String owner, String name, String descriptor) {
    }

    /** A method that is native, or that native ones override; how to tell them by the receiver; and their arena. */
    private record Target(Method method, List<Method> overriding, int arena) {
    }

    /**
     * Prepares calls of the native methods of {@code classes}.
     *
     * @param classes those that are loaded and match, of one class loader
     * @param arenaOf the arena's number for a class's internal name
     */
    CallSites(Instrumentation instrumentation, List<Class<?>> classes, ToIntFunction<String> arenaOf) {
        Map<Class<?>, Map<String, Target>> targets = new LinkedHashMap<>();
        for (Class<?> type : classes) {
            if (type.getSuperclass() != null) {
                parents.put(Type.getInternalName(type), Type.getInternalName(type.getSuperclass()));
            }
            try {
                for (Method method : type.getDeclaredMethods()) {
                    declared.add(key(Type.getInternalName(type), method.getName(), Type.getMethodDescriptor(method)));
                    if (Modifier.isNative(method.getModifiers())) {
                        addTargets(method, arenaOf.applyAsInt(Type.getInternalName(type)), classes, targets);
                    }
                }
            } catch (LinkageError e) {
                Warnings.notInstrumented(type.getName(), e);
            }
        }
        targets.forEach((type, ofType) -> {
            try {
                defineBeside(instrumentation, type, List.copyOf(ofType.values()));
            } catch (IllegalAccessException | RuntimeException | LinkageError e) {
                Warnings.notInstrumented(type.getName(), e);
            }
        });
    }

    private static void addTargets(Method method, int arena, List<Class<?>> classes,
            Map<Class<?>, Map<String, Target>> targets) {
        String signature = signature(method);
        Class<?> type = method.getDeclaringClass();
        targets.computeIfAbsent(type, t -> new LinkedHashMap<>())
                .put(signature, new Target(method, new ArrayList<>(List.of(method)), arena));
        if ((method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) != 0) {
            return;
        }
        for (Class<?> parent : classes) {
            if (parent == type || !parent.isAssignableFrom(type) || !isAccessible(type, parent)) {
                continue;
            }
            for (Method overridden : parent.getDeclaredMethods()) {
                if (signature(overridden).equals(signature)
                        && (overridden.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) == 0) {
                    targets.computeIfAbsent(parent, t -> new LinkedHashMap<>())
                            .computeIfAbsent(signature, s -> new Target(overridden, new ArrayList<>(), arena))
                            .overriding().add(method);
                }
            }
        }
    }

    private static boolean isAccessible(Class<?> type, Class<?> from) {
        return Modifier.isPublic(type.getModifiers()) || type.getPackageName().equals(from.getPackageName());
    }

    private static String signature(Method method) {
        return method.getName() + Type.getMethodDescriptor(method);
    }

    private static String key(String owner, String name, String descriptor) {
        return owner + '.' + name + descriptor;
    }

    private void defineBeside(Instrumentation instrumentation, Class<?> type, List<Target> targets)
            throws IllegalAccessException {
        Modules.open(instrumentation, type);
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        String owner = Type.getInternalName(type);
        String name = owner + SUFFIX;
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SYNTHETIC, name, null,
                "java/lang/Object", null);
        MethodVisitor initializer = writer.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
        initializer.visitCode();
        Map<String, Replacement> added = new HashMap<>();
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            Method method = target.method();
            int number = LAST_HANDLE.incrementAndGet();
            HANDLES.put(number, lookup.unreflect(method));
            String field = "METHOD" + i;
            String handleType = Type.getDescriptor(MethodHandle.class);
            writer.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, field, handleType, null,
                    null).visitEnd();
            initializer.visitLdcInsn(number);
            initializer.visitMethodInsn(Opcodes.INVOKESTATIC, DispatcherClass.NAME, "handle", "(I)" + handleType,
                    false);
            initializer.visitFieldInsn(Opcodes.PUTSTATIC, name, field, handleType);

            boolean isStatic = Modifier.isStatic(method.getModifiers());
            String descriptor = Type.getMethodDescriptor(method);
            String full = isStatic ? descriptor : "(L" + owner + ";" + descriptor.substring(1);
            MethodVisitor call = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, method.getName() + i, full,
                    null, null);
            new ScopedCall(call, Opcodes.V17, null, full).write(
                    () -> writeArena(call, target),
                    () -> call.visitFieldInsn(Opcodes.GETSTATIC, name, field, handleType),
                    () -> call.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Type.getInternalName(MethodHandle.class),
                            "invokeExact", full, false));
            call.visitEnd();
            added.put(key(owner, method.getName(), descriptor),
                    new Replacement(name, method.getName() + i, full));
        }
        initializer.visitInsn(Opcodes.RETURN);
        initializer.visitMaxs(1, 0);
        initializer.visitEnd();
        writer.visitEnd();
        initialize(lookup.defineClass(writer.toByteArray()));
        replacements.putAll(added);
    }

    private static void initialize(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** The arena's number, or -1 if the receiver's method is none of the native ones. */
    private static void writeArena(MethodVisitor call, Target target) {
        if (target.overriding().contains(target.method()) && isFinal(target.method())) {
            call.visitLdcInsn(target.arena());
            return;
        }
        // arena | (found - 1), where found is 0 or 1.
        call.visitInsn(Opcodes.ICONST_0);
        for (Method method : target.overriding()) {
            Type type = Type.getType(method.getDeclaringClass());
            call.visitVarInsn(Opcodes.ALOAD, 0);
            if (isFinal(method)) {
                call.visitTypeInsn(Opcodes.INSTANCEOF, type.getInternalName());
            } else {
                call.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Object", "getClass", "()Ljava/lang/Class;",
                        false);
                call.visitLdcInsn(type);
                call.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Object", "equals", "(Ljava/lang/Object;)Z",
                        false);
            }
            call.visitInsn(Opcodes.IOR);
        }
        call.visitInsn(Opcodes.ICONST_1);
        call.visitInsn(Opcodes.ISUB);
        call.visitLdcInsn(target.arena());
        call.visitInsn(Opcodes.IOR);
    }

    private static boolean isFinal(Method method) {
        int modifiers = method.getModifiers() | method.getDeclaringClass().getModifiers() & Modifier.FINAL;
        return (modifiers & (Modifier.STATIC | Modifier.PRIVATE | Modifier.FINAL)) != 0;
    }

    /** The handle of this number, unless it was taken already. */
    static MethodHandle takeHandle(int number) {
        return HANDLES.remove(number);
    }

    boolean isEmpty() {
        return replacements.isEmpty();
    }

    /** The class with its calls replaced, or {@code null} if it has none of them. */
    byte[] replaceIn(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, 0);
        boolean[] replaced = {false};
        reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
            private String className;

            @Override
            public void visit(int version, int access, String name, String signature, String superName,
                    String[] interfaces) {
                className = name;
                super.visit(version, access, name, signature, superName, interfaces);
            }

            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
                    String[] exceptions) {
                MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
                return new MethodVisitor(Opcodes.ASM9, method) {
                    @Override
                    public void visitMethodInsn(int opcode, String owner, String name, String descriptor,
                            boolean isInterface) {
                        // A superclass's method, called by name, cannot be called from elsewhere.
                        Replacement call = opcode == Opcodes.INVOKESPECIAL && !owner.equals(className) ? null
                                : find(owner, name, descriptor);
                        if (call == null) {
                            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
                        } else {
                            super.visitMethodInsn(Opcodes.INVOKESTATIC, call.owner(), call.name(), call.descriptor(),
                                    false);
                            replaced[0] = true;
                        }
                    }
                };
            }
        }, 0);
        return replaced[0] ? writer.toByteArray() : null;
    }

    private Replacement find(String owner, String name, String descriptor) {
        for (String type = owner; type != null; type = parents.get(type)) {
            String key = key(type, name, descriptor);
            if (declared.contains(key)) {
                return replacements.get(key);
            }
        }
        return null;
    }
}
