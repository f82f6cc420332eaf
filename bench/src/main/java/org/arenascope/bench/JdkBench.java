package org.arenascope.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The measurements on one JDK, with the C program before each of them. */
final class JdkBench {
    /** Of the C program; it takes a quarter of a second. */
    private static final long PAIRS = 100_000_000;
    private static final Pattern NANOSECONDS = Pattern.compile("nanoseconds (\\d+\\.\\d+)");

    private final int jdk;
    private final Path java;
    private final Path pair;
    private final Rounds rounds;
    private final PrintWriter progress;
    private double fastestPair = Double.MAX_VALUE;

    JdkBench(int jdk, Path java, Path pair, Rounds rounds, PrintWriter progress) {
        this.jdk = jdk;
        this.java = java;
        this.pair = pair;
        this.rounds = rounds;
        this.progress = progress;
    }

    List<Figure> run() throws IOException, InterruptedException, RunnerException {
        List<Figure> figures = new ArrayList<>();
        for (String binding : jdk >= 22
                ? List.of("memory", "foreign", "jni", "jna") : List.of("memory", "jni", "jna")) {
            figures.addAll(measure(binding, ScopeBenchmark.class));
        }
        figures.addAll(measure("memory", JnaBenchmark.class));
        figures.addAll(measure("memory", HandleBenchmark.class));
        figures.add(new Figure(jdk, null, Figure.PAIR, fastestPair, 0));
        return figures;
    }

    private List<Figure> measure(String binding, Class<?> benchmarks)
            throws IOException, InterruptedException, RunnerException {
        progress.printf("arenascope: JDK %d, %s, %s%n", jdk, binding, benchmarks.getSimpleName());
        progress.flush();
        fastestPair = Math.min(fastestPair, measurePair());
        List<String> arguments = new ArrayList<>(List.of("-Dorg.arenascope.binding=" + binding));
        if (jdk >= 22) {
            arguments.add("--enable-native-access=ALL-UNNAMED");
        }
        if (jdk >= 24) {
            arguments.add("--sun-misc-unsafe-memory-access=allow");
        }
        Options options = new OptionsBuilder().include("\\." + benchmarks.getSimpleName() + "\\.")
                .jvm(java.toString()).jvmArgsAppend(arguments.toArray(String[]::new))
                .forks(rounds.forks()).warmupIterations(rounds.iterations()).measurementIterations(rounds.iterations())
                .warmupTime(TimeValue.milliseconds(rounds.milliseconds()))
                .measurementTime(TimeValue.milliseconds(rounds.milliseconds()))
                .addProfiler(GCProfiler.class).shouldFailOnError(true).verbosity(VerboseMode.SILENT).build();
        Collection<RunResult> results = new Runner(options).run();
        return results.stream().map(result -> figure(binding, result)).toList();
    }

    private Figure figure(String binding, RunResult result) {
        double nanoseconds = result.getBenchmarkResults().stream().map(BenchmarkResult::getPrimaryResult)
                .mapToDouble(fork -> fork.getScore()).min().orElseThrow();
        return new Figure(jdk, binding, result.getPrimaryResult().getLabel(), nanoseconds,
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
    }

    private double measurePair() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(pair.toString(), Long.toString(PAIRS))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher nanoseconds = NANOSECONDS.matcher(output);
        if (process.waitFor() != 0 || !nanoseconds.find()) {
            throw new IOException(pair + " ended with " + process.exitValue() + " and wrote '" + output + "'");
        }
        return Double.parseDouble(nanoseconds.group(1));
    }
}
