package org.arenascope.bench;

import java.util.concurrent.TimeUnit;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.arenascope.MallocArena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A function that JNA calls through an interface, bare and in an arena. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JnaBenchmark {
    /** The functions of glibc's that are called. */
    public interface C extends Library {
        int abs(int number);
    }

    private final C bare = Native.load("c", C.class);
    private final C wrapped = MallocArena.create("arena").load("c", C.class);

    private int number = -1;

    @Benchmark
    public int jna() {
        return bare.abs(number);
    }

    @Benchmark
    public int wrappedJna() {
        return wrapped.abs(number);
    }
}
