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
 *     Object scopes = ArenaScopeDispatcher.scopes();
 *     int depth = ArenaScopeDispatcher.depth(scopes);
 *     try {
 *         ArenaScopeDispatcher.enter(scopes, arena);
 *         return call(arguments);
 *     } finally {
 *         ArenaScopeDispatcher.leave(scopes, depth);
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
        int scopes = arguments.stream().mapToInt(Type::getSize).sum();
        int depth = scopes + 1;
        Label start = new Label();
        Label end = new Label();
        Label failed = new Label();
        method.visitCode();
        method.visitTryCatchBlock(start, end, failed, null);
        dispatch("scopes", "()Ljava/lang/Object;");
        method.visitVarInsn(Opcodes.ASTORE, scopes);
        method.visitVarInsn(Opcodes.ALOAD, scopes);
        dispatch("depth", "(Ljava/lang/Object;)I");
        method.visitVarInsn(Opcodes.ISTORE, depth);
        // In here, so that not even an exception that arrives as it returns leaves the scope open.
        method.visitLabel(start);
        method.visitVarInsn(Opcodes.ALOAD, scopes);
        arena.run();
        dispatch("enter", "(Ljava/lang/Object;I)V");
        target.run();
        int local = 0;
        for (Type argument : arguments) {
            method.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
            local += argument.getSize();
        }
        call.run();
        method.visitLabel(end);
        leave(scopes, depth);
        method.visitInsn(result.getOpcode(Opcodes.IRETURN));
        method.visitLabel(failed);
        if ((version & 0xffff) >= Opcodes.V1_6) {
            Object[] frame = frame();
            method.visitFrame(Opcodes.F_FULL, frame.length, frame, 1, new Object[] {"java/lang/Throwable"});
        }
        leave(scopes, depth);
        method.visitInsn(Opcodes.ATHROW);
        // One more than the arguments for what the call needs; the scopes, and three for what finds the arena's number;
        // the result, and two to leave.
        method.visitMaxs(Math.max(4, Math.max(scopes + 1, result.getSize() + 2)), depth + 1);
    }

    private void leave(int scopes, int depth) {
        method.visitVarInsn(Opcodes.ALOAD, scopes);
        method.visitVarInsn(Opcodes.ILOAD, depth);
        dispatch("leave", "(Ljava/lang/Object;I)V");
    }

    private void dispatch(String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKESTATIC, DispatcherClass.NAME, name, descriptor, false);
    }

    /** The locals where the call failed: the arguments, the scopes and the depth. */
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
        locals.add("java/lang/Object");
        locals.add(Opcodes.INTEGER);
        return locals.toArray();
    }
}
