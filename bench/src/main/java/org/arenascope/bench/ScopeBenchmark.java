package org.arenascope.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;
import org.arenascope.UnsafeMalloc;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Scopes with nothing in them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScopeBenchmark {
    /** As those who have an arena for a library have it. */
    private static final MallocArena ARENA = MallocArena.create("arena");
    private static final MallocArena OTHER = MallocArena.create("other");
    private static final Callable<Object> NOTHING = () -> null;

    @Benchmark
    public void empty() {
        try (ArenaScope scope = ARENA.enter()) {
        }
    }

    @Benchmark
    public void nested() {
        try (ArenaScope scope = ARENA.enter()) {
            try (ArenaScope inner = OTHER.enter()) {
            }
        }
    }

    @Benchmark
    public Object call() throws Exception {
        return ARENA.call(NOTHING);
    }

    /** What the agent puts around a native method. */
    @Benchmark
    public void withoutObject() {
        int depth = UnsafeMalloc.enter(ARENA);
        UnsafeMalloc.leave(depth);
    }
}
