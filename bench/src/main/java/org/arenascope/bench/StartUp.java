package org.arenascope.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How much longer a JVM takes with the agent, from its start to its end. */
final class StartUp {
    private static final double GOAL = 300;

    private final int jdk;
    private final Path java;
    private final Path agent;
    private final int runs;

    StartUp(int jdk, Path java, Path agent, int runs) {
        this.jdk = jdk;
        this.java = java;
        this.agent = agent;
        this.runs = runs;
    }

    /** A program, and how long it took without the agent and with it, in milliseconds. */
    record Times(int jdk, String program, double without, double with, double difference, double goal, boolean met) {
    }

    List<Times> measure() throws IOException, InterruptedException {
        return List.of(measure("no native methods", Nothing.class),
                measure("a native method in an arena", Native.class));
    }

    /** Both kinds of runs by turns, so that what else the machine does is in both; each has a run to warm up. */
    private Times measure(String name, Class<?> program) throws IOException, InterruptedException {
        String option = "-javaagent:" + agent.toAbsolutePath() + "=bench=" + Native.class.getName();
        double[] without = new double[runs];
        double[] with = new double[runs];
        double[] differences = new double[runs];
        for (int i = -1; i < runs; i++) {
            double first = run(List.of(), program);
            double second = run(List.of(option), program);
            if (i >= 0) {
                without[i] = first;
                with[i] = second;
                differences[i] = second - first;
            }
        }
        double difference = median(differences);
        return new Times(jdk, name, median(without), median(with), difference, GOAL, difference < GOAL);
    }

    private double run(List<String> options, Class<?> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        long start = System.nanoTime();
        int exitCode = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        double milliseconds = (System.nanoTime() - start) / 1e6;
        if (exitCode != 0) {
            throw new IOException("a JVM ended with " + exitCode + ": " + String.join(" ", command));
        }
        return milliseconds;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static final class Nothing {
        public static void main(String[] arguments) {
        }
    }

    static final class Native {
        public static void main(String[] arguments) {
        }

        /** Never called, and bound to nothing. */
        static native void none();
    }
}
