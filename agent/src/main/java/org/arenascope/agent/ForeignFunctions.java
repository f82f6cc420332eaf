package org.arenascope.agent;

import java.nio.charset.StandardCharsets;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/** Has a class that links foreign functions get them with a scope around each call. */
final class ForeignFunctions extends ClassVisitor {
    private static final String LINKER = "java/lang/foreign/Linker";

    private final int arena;

    private ForeignFunctions(ClassVisitor next, int arena) {
        super(Opcodes.ASM9, next);
        this.arena = arena;
    }

    /** The class as it is to be, or {@code null} if it links nothing. */
    static byte[] wrap(byte[] bytes, int arena) {
        if (!new String(bytes, StandardCharsets.ISO_8859_1).contains(LINKER)) {
            return null;
        }
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new ForeignFunctions(writer, arena), 0);
        return writer.toByteArray();
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
            String[] exceptions) {
        return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
            @Override
            public void visitMethodInsn(int opcode, String owner, String name, String descriptor,
                    boolean isInterface) {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
                if (owner.equals(LINKER) && name.equals("downcallHandle")) {
                    visitLdcInsn(arena);
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, DispatcherClass.NAME, "wrap",
                            "(Ljava/lang/invoke/MethodHandle;I)Ljava/lang/invoke/MethodHandle;", false);
                }
            }
        };
    }
}
