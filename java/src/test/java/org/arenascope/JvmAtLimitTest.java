package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What Java does in a scope of an arena that has nothing left, on the patched glibc. In JVMs of their own, which would
 * end if they were refused memory.
 */
@Tag("patched")
class JvmAtLimitTest {
    @Test
    void theJvmGoesOnInAScopeWithNothingLeft() throws Exception {
        assertGoesOn(AtTheLimit.class);
    }

    @Test
    void aBlockOfTheJvmsGrowsAfterItsArenaWasRetired() throws Exception {
        assertGoesOn(AfterRetirement.class);
    }

    private static void assertGoesOn(Class<?> program) throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, List.of("-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null"), program);
        assertEquals(0, child.exitCode(), child.output());
        assertTrue(child.output().endsWith("the application goes on\n"), child.output());
    }

    /** Keeps the JVM busy with what it obtains memory for. */
    private static void useTheJvm() throws Exception {
        byte[] loaded;
        try (InputStream file = JvmAtLimitTest.class.getResourceAsStream("JvmAtLimitTest$Loaded.class")) {
            loaded = file.readAllBytes();
        }
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ClassLoader loader = new ClassLoader(null) {
                @Override
                protected Class<?> findClass(String name) {
                    return defineClass(name, loaded, 0, loaded.length);
                }
            };
            kept.add(Class.forName(Loaded.class.getName(), true, loader));
            kept.add(("interned " + i).repeat(100).intern());
            Thread thread = new Thread(() -> kept.add(new Throwable()));
            thread.start();
            thread.join();
            synchronized (thread) {
                thread.wait(1);
            }
        }
        System.gc();
        kept.add(ByteBuffer.allocateDirect(1 << 20).put(0, (byte) 1));
        assertEquals(601, kept.size());
    }

    static final class Loaded {
        static final Object OBJECT = new Object();
    }

    static final class AtTheLimit {
        public static void main(String[] args) throws Exception {
            MallocArena arena = MallocArena.builder("full").limit(4 << 20).create();
            try (ArenaScope scope = arena.enter()) {
                for (long size = 100_000; size > 0; size /= 2) {
                    while (Native.malloc(size) != 0) {
                        continue;
                    }
                }
                useTheJvm();
                assertEquals(0, Native.malloc(1 << 20), "an allocation of a library's");
            }
            System.out.println("the application goes on");
        }
    }

    static final class AfterRetirement {
        public static void main(String[] args) throws Exception {
            Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
            field.setAccessible(true);
            Object unsafe = field.get(null);
            Method allocate = unsafe.getClass().getMethod("allocateMemory", long.class);
            Method reallocate = unsafe.getClass().getMethod("reallocateMemory", long.class, long.class);
            MallocArena arena = MallocArena.create("retired");
            long block = arena.call(() -> (long) allocate.invoke(unsafe, 100));
            assertEquals(Optional.of(arena), UnsafeMalloc.arenaOf(block));
            new Pointer(block).setString(0, "the application goes on");
            arena.close();
            assertTrue(arena.isRetired());
            long grown = (long) reallocate.invoke(unsafe, block, 1 << 20);
            assertEquals(Optional.empty(), UnsafeMalloc.arenaOf(grown));
            System.out.println(new Pointer(grown).getString(0));
        }
    }
}
