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
    private final MallocArena arena = MallocArena.create("arena");
    private final MallocArena other = MallocArena.create("other");
    private final Callable<Object> nothing = () -> null;

    @Benchmark
    public void empty() {
        try (ArenaScope scope = arena.enter()) {
        }
    }

    @Benchmark
    public void nested() {
        try (ArenaScope scope = arena.enter()) {
            try (ArenaScope inner = other.enter()) {
            }
        }
    }

    @Benchmark
    public Object call() throws Exception {
        return arena.call(nothing);
    }

    /** What the agent puts around a native method. */
    @Benchmark
    public void withoutObject() {
        int depth = UnsafeMalloc.enter(arena);
        UnsafeMalloc.leave(depth);
    }
}
