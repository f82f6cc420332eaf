package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several copies of the library in one JVM, each in a class loader of its own, over one JNA and one malloc; and classes
 * that use the library and are unloaded. On the patched glibc.
 */
@Tag("patched")
@Timeout(60)
class ClassLoaderTest {
    private final MallocArena own = MallocArena.create("own");

    /** Loads classes anew, and takes all others from the parent. */
    private static final class Loader extends URLClassLoader {
        private final String own;

        /** For the library's classes and this test's. */
        Loader() throws Exception {
            this("org.arenascope.");
        }

        Loader(String own) throws Exception {
            super(urls(), ClassLoaderTest.class.getClassLoader());
            this.own = own;
        }

        private static URL[] urls() throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : ChildJvm.CLASS_PATH.split(File.pathSeparator)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null || !name.startsWith(own)) {
                    return loaded != null ? loaded : super.loadClass(name, resolve);
                }
                return findClass(name);
            }
        }
    }

    /** What is done with a copy of the library, in the copy. */
    static final class Copy {
        private static final MallocArena ARENA = MallocArena.create("copy's");
        /** From one call to the next. */
        static ArenaScope scope;

        static Object inScope(Callable<?> work) throws Exception {
            try (ArenaScope own = ARENA.enter()) {
                Selection.assertIs(ARENA);
                Object result = work.call();
                Selection.assertIs(ARENA);
                return result;
            }
        }

        static void enter() {
            scope = ARENA.enter();
        }

        static void leave() {
            scope.close();
        }

        static void closeArena() {
            ARENA.close();
        }

        static boolean isRetired() {
            return ARENA.isRetired();
        }

        static void assertNobodyIsIn() {
            Selection.assertNobodyIsIn(ARENA);
        }
    }

    /** An application, which knows what is public of the library. */
    static final class Application {
        private static final MallocArena ARENA = MallocArena.create("application's");

        static long allocateAndStay() {
            UnsafeMalloc.enter(ARENA);
            return Native.malloc(100_000);
        }
    }

    private static Object call(ClassLoader copy, String method, Object... arguments) throws Exception {
        return call(Copy.class, copy, method, arguments);
    }

    private static Object call(Class<?> type, ClassLoader loader, String method, Object... arguments)
            throws Exception {
        Method found = Arrays.stream(Class.forName(type.getName(), true, loader).getDeclaredMethods())
                .filter(m -> m.getName().equals(method)).findFirst().orElseThrow();
        found.setAccessible(true);
        try {
            return found.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw PlatformThreads.<RuntimeException>unchecked(e.getCause());
        }
    }

    @Test
    void scopesOfSeveralCopiesNestInOneAnother() throws Exception {
        ClassLoader first = new Loader();
        ClassLoader second = new Loader();
        for (int i = 0; i < 200; i++) {
            assertEquals("innermost", own.call(() -> call(first, "inScope", (Callable<?>) () ->
                    call(second, "inScope", (Callable<?>) () -> call(first, "inScope", (Callable<?>) () ->
                            own.call(() -> "innermost"))))));
            Selection.assertNobodyIsIn(own);
        }
        call(first, "assertNobodyIsIn");
        call(second, "assertNobodyIsIn");
    }

    @Test
    void anArenaThatOneCopyClosesInAScopeOfAnothersIsRetiredAfterItsScope() throws Exception {
        ClassLoader copy = new Loader();
        call(copy, "inScope", (Callable<?>) () -> own.call(() -> {
            call(copy, "closeArena");
            assertEquals(false, call(copy, "isRetired"));
            Selection.assertIs(own);
            return null;
        }));
        assertEquals(true, call(copy, "isRetired"));
        Selection.assertNobodyIsIn(own);
    }

    @Test
    void aScopeCannotBeClosedBeforeOneOfAnotherCopyInIt() throws Exception {
        for (int i = 0; i < 100; i++) {
            MallocArena.create("one whose handle the copy's arena gets").close();
        }
        ClassLoader copy = new Loader();
        ArenaScope outer = own.enter();
        call(copy, "enter");
        String message = assertThrows(IllegalStateException.class, outer::close).getMessage();
        assertTrue(message.contains("'own'") && message.contains("another copy"), message);
        own.close();
        assertFalse(own.isRetired());
        call(copy, "leave");
        Selection.assertIs(own);
        outer.close();
        assertTrue(own.isRetired());
        Selection.assertNobodyIsIn();
        call(copy, "assertNobodyIsIn");
    }

    @Test
    void anExceptionPassesThroughTheScopesOfSeveralCopies() throws Exception {
        ClassLoader copy = new Loader();
        IllegalArgumentException thrown = new IllegalArgumentException();
        assertSame(thrown, assertThrows(IllegalArgumentException.class,
                () -> own.call(() -> call(copy, "inScope", (Callable<?>) () -> {
                    throw thrown;
                }))));
        Selection.assertNobodyIsIn(own);
        call(copy, "assertNobodyIsIn");
    }

    @Test
    void anArenaOutlivesTheClassesThatMadeItAndCanBeFoundAndClosed() throws Exception {
        List<Long> blocks = new ArrayList<>();
        WeakReference<ClassLoader> classes = useAndDrop(blocks);
        while (classes.get() != null) {
            System.gc();
            Thread.sleep(20);
        }
        MallocArena left = UnsafeMalloc.arenaOf(blocks.get(0)).orElseThrow();
        assertTrue(MallocArena.arenas().contains(left));
        left.run(() -> Selection.assertIs(left));
        Selection.assertNobodyIsIn(left);
        left.close();
        assertTrue(left.isRetired());
        Native.free(blocks.get(0));
    }

    /** On a thread of its own, which ends in a scope. */
    private static WeakReference<ClassLoader> useAndDrop(List<Long> blocks) throws Exception {
        ClassLoader classes = new Loader(Application.class.getName());
        List<Throwable> failures = new ArrayList<>();
        Thread thread = new Thread(null, () -> {
            try {
                blocks.add((Long) call(Application.class, classes, "allocateAndStay"));
            } catch (Throwable e) {
                failures.add(e);
            }
        }, "of an application", 0, false);
        thread.start();
        thread.join();
        assertEquals(List.of(), failures);
        return new WeakReference<>(classes);
    }
}
