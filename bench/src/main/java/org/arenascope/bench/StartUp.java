package org.arenascope.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how much longer a JVM takes with the agent, from its start to its end. */
@Command(name = "arenascope-start-up", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 100,
        description = "Measures how much longer this JDK takes to start and end with the agent, and prints it as JSON.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all was measured, also if the goal was missed", "1:a JVM failed", "2:wrong arguments"})
public final class StartUp implements Callable<Integer> {
    private static final double GOAL = 300;

    @Spec
    private CommandSpec spec;

    @Option(names = "--agent", paramLabel = "JAR", required = true, description = "arenascope-agent.jar")
    private Path agent;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "21",
            description = "how often to start each JVM (default: ${DEFAULT-VALUE})")
    private int runs;

    private StartUp() {
    }

    /** A program, what it is to show, and how long it took without the agent and with it, in milliseconds. */
    record Times(int jdk, String program, double without, double with, double difference, double ratio, double goal,
            boolean met) {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StartUp()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isReadable(agent)) {
            throw new ParameterException(spec.commandLine(), "--agent: there is no file " + agent);
        }
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "--runs: 1 at least, and not " + runs);
        }
        List<Times> times = List.of(measure("a class without native methods", Nothing.class),
                measure("a class with a native method in an arena", Native.class));
        spec.commandLine().getOut().println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(times));
        return CommandLine.ExitCode.OK;
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
        return new Times(Runtime.version().feature(), name, median(without), median(with), difference,
                median(with) / median(without), GOAL, difference < GOAL);
    }

    private static double run(List<String> options, Class<?> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path").split(File.pathSeparator)[0],
                program.getName()));
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
