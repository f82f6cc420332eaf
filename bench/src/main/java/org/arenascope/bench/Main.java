package org.arenascope.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.arenascope.MallocArena;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what scopes and the agent cost on each JDK of this machine. */
@Command(name = "arenascope-bench", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 100,
        description = "Measures what a scope costs on each JDK, beside the same in C, and how long the agent takes to"
                + " start. Needs the patched glibc.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all was measured, also if a goal was missed", "1:a measurement failed", "2:wrong arguments",
            "3:this is not the patched glibc"})
public final class Main implements Callable<Integer> {
    private static final Pattern JDK = Pattern.compile("java-(\\d+)-.*");
    private static final int NOT_PATCHED = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--jdks", paramLabel = "FOLDER", defaultValue = "/usr/lib/jvm",
            description = "where there is a folder java-N-... for each JDK (default: ${DEFAULT-VALUE})")
    private Path jdks;

    @Option(names = "--pair", paramLabel = "PROGRAM", required = true,
            description = "the C program that measures a switch pair")
    private Path pair;

    @Option(names = "--agent", paramLabel = "JAR", defaultValue = "/opt/arenascope/arenascope-agent.jar",
            description = "the agent, to measure how long it takes to start (default: ${DEFAULT-VALUE})")
    private Path agent;

    @Option(names = "--json", paramLabel = "FILE", description = "where to write the figures")
    private Path json;

    @Option(names = "--quick", description = "shorter and fewer rounds, with rough figures")
    private boolean quick;

    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, RunnerException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (!MallocArena.isSupported()) {
            err.println("arenascope: " + MallocArena.unsupportedReason().orElseThrow());
            return NOT_PATCHED;
        }
        Rounds rounds = quick ? Rounds.QUICK : Rounds.FULL;
        if (!Files.isReadable(agent)) {
            throw new ParameterException(spec.commandLine(), "--agent: there is no file " + agent);
        }
        List<Figure> figures = new ArrayList<>();
        List<StartUp.Times> starts = new ArrayList<>();
        for (Map.Entry<Integer, Path> jdk : findJdks().entrySet()) {
            figures.addAll(new JdkBench(jdk.getKey(), jdk.getValue(), pair, rounds, err).run());
            err.printf("arenascope: JDK %d, start of the agent%n", jdk.getKey());
            err.flush();
            starts.addAll(new StartUp(jdk.getKey(), jdk.getValue(), agent, rounds.starts()).measure());
        }
        Report report = new Report(figures, starts);
        out.println(report.scopesTable());
        out.println(report.startsTable());
        out.flush();
        if (json != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), report);
        }
        return CommandLine.ExitCode.OK;
    }

    private Map<Integer, Path> findJdks() throws IOException {
        Map<Integer, Path> found = new TreeMap<>();
        if (!Files.isDirectory(jdks)) {
            throw new ParameterException(spec.commandLine(), "--jdks: there is no folder " + jdks);
        }
        try (Stream<Path> folders = Files.list(jdks)) {
            for (Path folder : (Iterable<Path>) folders::iterator) {
                Matcher name = JDK.matcher(folder.getFileName().toString());
                Path java = folder.resolve("bin/java");
                if (name.matches() && Files.isExecutable(java)) {
                    found.put(Integer.valueOf(name.group(1)), java);
                }
            }
        }
        if (found.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--jdks: there is no java-N-.../bin/java in " + jdks);
        }
        return found;
    }
}
