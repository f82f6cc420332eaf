package org.arenascope.agent;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/** Puts a method that does nothing else in front of each native method, which gets a prefix. */
final class Renaming extends ClassVisitor {
    static final String PREFIX = "other_";

    private String className;

    private Renaming(ClassVisitor next) {
        super(Opcodes.ASM9, next);
    }

    static byte[] rename(byte[] bytes) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        new ClassReader(bytes).accept(new Renaming(writer), 0);
        return writer.toByteArray();
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
        className = name;
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
            String[] exceptions) {
        if ((access & Opcodes.ACC_NATIVE) == 0) {
            return super.visitMethod(access, name, descriptor, signature, exceptions);
        }
        super.visitMethod(access & ~Opcodes.ACC_SYNCHRONIZED, PREFIX + name, descriptor, null, exceptions).visitEnd();
        MethodVisitor method = super.visitMethod(access & ~Opcodes.ACC_NATIVE, name, descriptor, signature, exceptions);
        return new MethodVisitor(Opcodes.ASM9, method) {
            @Override
            public void visitEnd() {
                boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
                int local = 0;
                mv.visitCode();
                if (!isStatic) {
                    mv.visitVarInsn(Opcodes.ALOAD, local++);
                }
                for (Type argument : Type.getArgumentTypes(descriptor)) {
                    mv.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
                    local += argument.getSize();
                }
                mv.visitMethodInsn(isStatic ? Opcodes.INVOKESTATIC : Opcodes.INVOKEVIRTUAL, className, PREFIX + name,
                        descriptor, false);
                mv.visitInsn(Type.getReturnType(descriptor).getOpcode(Opcodes.IRETURN));
                mv.visitMaxs(0, 0);
                super.visitEnd();
            }
        };
    }
}
