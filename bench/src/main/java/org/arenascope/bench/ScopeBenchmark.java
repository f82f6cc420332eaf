package org.arenascope.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;
import org.arenascope.UnsafeMalloc;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Scopes with nothing in them, or next to nothing, many in a loop: so the C program measures its pair, too. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScopeBenchmark {
    private static final int SCOPES = 1000;

    /** As those who have an arena for a library have it. */
    private static final MallocArena ARENA = MallocArena.create("arena");
    private static final MallocArena OTHER = MallocArena.create("other");
    private static final Callable<Object> NOTHING = () -> null;

    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public void empty() {
        for (int i = 0; i < SCOPES; i++) {
            try (ArenaScope scope = ARENA.enter()) {
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public void nested() {
        for (int i = 0; i < SCOPES; i++) {
            try (ArenaScope scope = ARENA.enter()) {
                try (ArenaScope inner = OTHER.enter()) {
                }
            }
        }
    }

    /** Around work that can throw, as the JIT compiler sees it: then there are two ways out of each scope. */
    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public void nestedAroundWork() {
        for (int i = 0; i < SCOPES; i++) {
            try (ArenaScope scope = ARENA.enter()) {
                try (ArenaScope inner = OTHER.enter()) {
                    work(i);
                }
            }
        }
    }

    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private static void work(int i) {
        if (i < 0) {
            throw new IllegalStateException();
        }
    }

    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public void call() throws Exception {
        for (int i = 0; i < SCOPES; i++) {
            ARENA.call(NOTHING);
        }
    }

    /** What the agent puts around a native method. */
    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public void withoutObject() {
        for (int i = 0; i < SCOPES; i++) {
            Object scopes = UnsafeMalloc.scopes();
            int depth = UnsafeMalloc.depth(scopes);
            UnsafeMalloc.enterIfOpen(scopes, ARENA);
            UnsafeMalloc.leave(scopes, depth);
        }
    }
}
