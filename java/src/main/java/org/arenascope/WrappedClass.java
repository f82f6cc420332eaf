package org.arenascope;

import static net.bytebuddy.matcher.ElementMatchers.isDeclaredBy;
import static net.bytebuddy.matcher.ElementMatchers.isNative;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.modifier.Ownership;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.SuperMethodCall;

/** A class whose native methods JNA maps directly, with a scope around each: an instance of a class that extends it. */
final class WrappedClass {
    private static final String ARENA = "arenaOfScopes";

    private WrappedClass() {
    }

    static <T> T load(MallocArena arena, String name, Class<T> type, Map<String, ?> options) throws Exception {
        requireOverridable(type);
        PlatformThreads.callPinned(() -> {
            int depth = UnsafeMalloc.enter(arena);
            try {
                Native.register(type, NativeLibrary.getInstance(name, options));
            } finally {
                UnsafeMalloc.leave(depth);
            }
            return null;
        });
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            Class<? extends T> wrapped = new ByteBuddy().subclass(type)
                    .defineField(ARENA, MallocArena.class, Visibility.PUBLIC, Ownership.STATIC)
                    .method(isNative().and(isDeclaredBy(type))).intercept(Advice.to(InScope.class).wrap(SuperMethodCall.INSTANCE))
                    .make().load(type.getClassLoader(), ClassLoadingStrategy.UsingLookup.of(lookup)).getLoaded();
            wrapped.getField(ARENA).set(null, arena);
            Constructor<? extends T> constructor = wrapped.getDeclaredConstructor();
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw PlatformThreads.<RuntimeException>unchecked(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(type + " cannot be extended here: its module has to open "
                    + type.getPackageName() + " to " + WrappedClass.class.getModule().getName(), e);
        }
    }

    private static void requireOverridable(Class<?> type) {
        boolean any = false;
        for (Method method : type.getDeclaredMethods()) {
            int modifiers = method.getModifiers();
            if (Modifier.isNative(modifiers)) {
                any = true;
                if ((modifiers & (Modifier.STATIC | Modifier.FINAL | Modifier.PRIVATE)) != 0) {
                    throw new IllegalArgumentException("no scope can be put around " + method + ": declare it neither"
                            + " static nor final nor private, or run the JVM with ArenaScope's agent");
                }
            }
        }
        if (!any || Modifier.isFinal(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())
                || type.isEnum() || type.isRecord()) {
            throw new IllegalArgumentException(type + " is neither an interface that extends com.sun.jna.Library, nor a"
                    + " class with native methods that can be extended");
        }
        try {
            if (Modifier.isPrivate(type.getDeclaredConstructor().getModifiers())) {
                throw new NoSuchMethodException("its constructor is private");
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type + " needs a constructor without arguments that is not private", e);
        }
    }

    /** Its code becomes part of each method. */
    private static final class InScope {
        @Advice.OnMethodEnter
        static int enter(@Advice.FieldValue(ARENA) MallocArena arena) {
            return UnsafeMalloc.enter(arena);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void leave(@Advice.Enter int depth) {
            UnsafeMalloc.leave(depth);
        }
    }
}
