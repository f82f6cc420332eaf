package org.arenascope.agent;

import java.nio.charset.StandardCharsets;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Renames each native method of a class with a prefix, which the JVM takes off again to find its function, and puts a
 * method in Java in its place that calls it in a scope.
 */
final class NativeMethods extends ClassVisitor {
    static final String PREFIX = "$$arenascope$$";

    /** What JNA takes off the names of native methods. */
    static final String JNA_PREFIX_PROPERTY = "jna.profiler.prefix";

    private final int arena;
    private int version;
    private String className;

    private NativeMethods(ClassVisitor next, int arena) {
        super(Opcodes.ASM9, next);
        this.arena = arena;
    }

    /** The class as it is to be, or {@code null} if it has no native methods. */
    static byte[] wrap(byte[] bytes, int arena) {
        ClassReader reader = new ClassReader(bytes);
        if (!hasNativeMethods(reader)) {
            return null;
        }
        requireKnownNames(new String(bytes, StandardCharsets.ISO_8859_1));
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(new NativeMethods(writer, arena), 0);
        return writer.toByteArray();
    }

    /**
     * JNA finds functions by the names of native methods, without the prefix that a property names.
     *
     * @throws UnsupportedOperationException if this class is one of those for which it does not
     */
    private static void requireKnownNames(String constants) {
        if (constants.contains("function-mapper")) {
            throw new UnsupportedOperationException("it has JNA map its native methods with a FunctionMapper, which"
                    + " would find them under other names");
        }
        String prefix = System.getProperty(JNA_PREFIX_PROPERTY);
        if (!PREFIX.equals(prefix) && constants.contains("com/sun/jna/")) {
            throw new UnsupportedOperationException("it may have JNA map its native methods, and the property "
                    + JNA_PREFIX_PROPERTY + " is " + prefix + ", not " + PREFIX);
        }
    }

    private static boolean hasNativeMethods(ClassReader reader) {
        boolean[] found = {false};
        reader.accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
                    String[] exceptions) {
                found[0] |= (access & Opcodes.ACC_NATIVE) != 0;
                return null;
            }
        }, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return found[0];
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
        this.version = version;
        className = name;
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
            String[] exceptions) {
        if ((access & Opcodes.ACC_NATIVE) == 0) {
            return super.visitMethod(access, name, descriptor, signature, exceptions);
        }
        boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
        // Never synchronized: the method in front of it is, so that a thread enters the arena with the lock in hand.
        super.visitMethod(Opcodes.ACC_PRIVATE | Opcodes.ACC_NATIVE | Opcodes.ACC_SYNTHETIC
                | access & Opcodes.ACC_STATIC, PREFIX + name, descriptor, null, exceptions).visitEnd();
        MethodVisitor method = super.visitMethod(access & ~Opcodes.ACC_NATIVE, name, descriptor, signature, exceptions);
        return new MethodVisitor(Opcodes.ASM9, method) {
            @Override
            public void visitEnd() {
                ScopedCall call = new ScopedCall(mv, version, isStatic ? null : className, descriptor);
                call.write(() -> mv.visitLdcInsn(arena), () -> { },
                        () -> mv.visitMethodInsn(isStatic ? Opcodes.INVOKESTATIC : Opcodes.INVOKESPECIAL,
                                className, PREFIX + name, descriptor, false));
                super.visitEnd();
            }
        };
    }
}
