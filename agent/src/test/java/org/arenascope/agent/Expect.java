package org.arenascope.agent;

import java.util.Objects;

import org.arenascope.MallocArena;
import org.arenascope.UnsafeMalloc;
import org.arenascope.sample.Sample;

/** What the tests' programs find out about arenas, in JVMs without JUnit. */
final class Expect {
    private Expect() {
    }

    static void equal(Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError("expected " + expected + ", not " + actual);
        }
    }

    static MallocArena arena(String name) {
        return MallocArena.arenas().stream().filter(arena -> arena.name().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no arena '" + name + "'"));
    }

    /** The block lies in the arena, or in none if {@code name} is {@code null}. Frees it. */
    static void blockIn(String name, long block) {
        if (MallocArena.isSupported()) {
            equal(name, UnsafeMalloc.arenaOf(block).map(MallocArena::name).orElse(null));
        }
        Sample.free(block);
    }

    /** So many scopes of the arena were opened by {@code work}. */
    static void scopes(String name, int count, Work work) throws Exception {
        long before = arena(name).scopes();
        work.run();
        equal((long) count, arena(name).scopes() - before);
    }

    /** No thread is in an arena, this one neither. */
    static void noThreadInArena() {
        for (MallocArena arena : MallocArena.arenas()) {
            if (arena.isIsolated()) {
                equal(0L, arena.info().selectedThreads());
            }
        }
    }

    /** What may fail. */
    interface Work {
        void run() throws Exception;
    }
}
