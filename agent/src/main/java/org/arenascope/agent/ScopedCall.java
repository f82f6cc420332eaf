package org.arenascope.agent;

import java.util.ArrayList;
import java.util.List;

import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Writes the code of a method that hands its arguments on to another one, in a scope:
 *
 * <pre>
 *     int depth = ArenaScopeDispatcher.enter(arena);
 *     try {
 *         return call(arguments);
 *     } finally {
 *         ArenaScopeDispatcher.leave(depth);
 *     }
 * </pre>
 */
final class ScopedCall {
    private final MethodVisitor method;
    private final int version;
    private final List<Type> arguments = new ArrayList<>();
    private final Type result;

    /**
     * The code of a method.
     *
     * @param method where to write it
     * @param version its class's
     * @param receiver the internal name of what comes before the arguments, or {@code null}
     * @param descriptor of its arguments and its result
     */
    ScopedCall(MethodVisitor method, int version, String receiver, String descriptor) {
        this.method = method;
        this.version = version;
        if (receiver != null) {
            arguments.add(Type.getObjectType(receiver));
        }
        arguments.addAll(List.of(Type.getArgumentTypes(descriptor)));
        result = Type.getReturnType(descriptor);
    }

    /**
     * Writes it all.
     *
     * @param arena writes what puts the arena's number on the stack
     * @param target writes what the call needs there before its arguments
     * @param call writes the call
     */
    void write(Runnable arena, Runnable target, Runnable call) {
        int depth = arguments.stream().mapToInt(Type::getSize).sum();
        Label start = new Label();
        Label end = new Label();
        Label failed = new Label();
        method.visitCode();
        method.visitTryCatchBlock(start, end, failed, null);
        arena.run();
        method.visitMethodInsn(Opcodes.INVOKESTATIC, DispatcherClass.NAME, "enter", "(I)I", false);
        method.visitVarInsn(Opcodes.ISTORE, depth);
        method.visitLabel(start);
        target.run();
        int local = 0;
        for (Type argument : arguments) {
            method.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
            local += argument.getSize();
        }
        call.run();
        method.visitLabel(end);
        leave(depth);
        method.visitInsn(result.getOpcode(Opcodes.IRETURN));
        method.visitLabel(failed);
        if ((version & 0xffff) >= Opcodes.V1_6) {
            Object[] frame = frame();
            method.visitFrame(Opcodes.F_FULL, frame.length, frame, 1, new Object[] {"java/lang/Throwable"});
        }
        leave(depth);
        method.visitInsn(Opcodes.ATHROW);
        // One more than the arguments for what the call needs; three for what finds the arena's number.
        method.visitMaxs(Math.max(3, Math.max(depth + 1, result.getSize() + 1)), depth + 1);
    }

    private void leave(int depth) {
        method.visitVarInsn(Opcodes.ILOAD, depth);
        method.visitMethodInsn(Opcodes.INVOKESTATIC, DispatcherClass.NAME, "leave", "(I)V", false);
    }

    /** The locals where the call failed: the arguments and the depth. */
    private Object[] frame() {
        List<Object> locals = new ArrayList<>();
        for (Type argument : arguments) {
            locals.add(switch (argument.getSort()) {
                case Type.LONG -> Opcodes.LONG;
                case Type.FLOAT -> Opcodes.FLOAT;
                case Type.DOUBLE -> Opcodes.DOUBLE;
                case Type.ARRAY, Type.OBJECT -> argument.getInternalName();
                default -> Opcodes.INTEGER;
            });
        }
        locals.add(Opcodes.INTEGER);
        return locals.toArray();
    }
}
