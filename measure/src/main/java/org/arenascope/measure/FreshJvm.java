package org.arenascope.measure;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** A JVM like this one, started for one run of a command line that prints its result as JSON. */
public final class FreshJvm {

    /** What {@code --help} says the child of {@link #steady} runs with, beside its heap's size. */
    public static final String FLAGS_1 = "-XX:+AlwaysPreTouch -XX:+UseSerialGC -XX:TieredStopAtLevel=1";
    public static final String FLAGS_2 = "-XX:-UsePerfData -XX:NativeMemoryTracking=summary";

    private static final long HEAP_UNIT = 1 << 20;
    private static final long HEAP_BESIDE_TABLES = 64 * HEAP_UNIT;
    private static final int FIRST_WITH_NATIVE_ACCESS_CHECKS = 22;

    private final Class<?> main;
    private final PrintWriter err;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private List<String> launcher = launcher();
    private String classPath = System.getProperty("java.class.path");

    /** A JVM that runs that class of this one's class path, and says on {@code err} what it has to say. */
    public FreshJvm(Class<?> main, PrintWriter err) {
        this.main = main;
        this.err = err;
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS_CHECKS) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
    }

    /** Gives it a heap that does not change in size and has room for tables of that many bytes, and some more. */
    public FreshJvm steady(long tables) {
        // The tables are in the old generation, which is two thirds of the heap.
        long heap = (tables * 3 / 2 + HEAP_BESIDE_TABLES) / HEAP_UNIT;
        options.add("-Xms" + heap + "m");
        options.add("-Xmx" + heap + "m");
        options.addAll(List.of((FLAGS_1 + " " + FLAGS_2).split(" ")));
        return this;
    }

    /** Adds an option of the JVM's. */
    public FreshJvm option(String option) {
        options.add(option);
        return this;
    }

    /** Sets an environment variable. */
    public FreshJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Puts a jar before all others of the class path. */
    public FreshJvm before(Path jar) {
        classPath = jar + File.pathSeparator + classPath;
        return this;
    }

    /** Starts it through another loader, with the loader's arguments. */
    public FreshJvm loader(List<String> loader) {
        List<String> through = new ArrayList<>(loader);
        through.add(launcher.get(launcher.size() - 1));
        launcher = through;
        return this;
    }

    /** Everything of the command line up to the arguments of the class. */
    public List<String> command() {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        return command;
    }

    /** This JVM's executable; a loader that it was started through comes before it, with the loader's arguments. */
    private static List<String> launcher() {
        ProcessHandle.Info info = ProcessHandle.current().info();
        String executable = info.command().orElse("");
        if (new File(executable).getName().equals("java")) {
            return List.of(executable);
        }
        List<String> launcher = new ArrayList<>(List.of(executable));
        for (String argument : info.arguments().orElse(new String[0])) {
            launcher.add(argument);
            if (new File(argument).getName().equals("java")) {
                return launcher;
            }
        }
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    /** Runs it with these arguments, and returns the JSON object that it prints. */
    public Map<String, Object> run(List<String> arguments, ObjIntConsumer<String> progress) {
        Running running = start(arguments, progress);
        try {
            running.input().close();
            String result = new String(running.output().readAllBytes(), StandardCharsets.UTF_8);
            running.await();
            return JSON.std.mapFrom(result);
        } catch (IOException e) {
            throw new CommandException(ExitCode.RUN, "cannot read what the run printed: " + e.getMessage());
        }
    }

    /** Starts it with these arguments; what it says on standard error is passed on. */
    public Running start(List<String> arguments, ObjIntConsumer<String> progress) {
        List<String> command = command();
        command.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.start();
            Thread errors = new Thread(() -> relayErrors(process, progress), "arenascope-errors");
            errors.setDaemon(true);
            errors.start();
            return new Running(process, errors, String.join(" ", command));
        } catch (IOException e) {
            throw new CommandException(ExitCode.RUN, "cannot run " + command.get(0) + ": " + e.getMessage());
        }
    }

    /** A JVM that was started. */
    public static final class Running {

        private final Process process;
        private final Thread errors;
        private final String command;

        private Running(Process process, Thread errors, String command) {
            this.process = process;
            this.errors = errors;
            this.command = command;
        }

        /** What it prints. */
        public InputStream output() {
            return process.getInputStream();
        }

        /** What it reads. */
        public OutputStream input() {
            return process.getOutputStream();
        }

        /** Waits for its end, which has to be a good one. */
        public void await() {
            try {
                int exit = process.waitFor();
                errors.join();
                if (exit != ExitCode.OK) {
                    throw new CommandException(exit == ExitCode.UNSUPPORTED ? exit : ExitCode.RUN, "the run ended with "
                            + "status " + exit + (exit > 128 ? " (signal " + (exit - 128) + ")" : "")
                            + "; its command was: " + command);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandException(ExitCode.RUN, "interrupted");
            }
        }
    }

    private void relayErrors(Process process, ObjIntConsumer<String> progress) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(Progress.PREFIX)) {
                    String[] parts = line.substring(Progress.PREFIX.length()).split(" ", 2);
                    progress.accept(parts[1], Integer.parseInt(parts[0]));
                } else {
                    err.println(line);
                }
            }
        } catch (IOException e) {
            err.println("cannot read what the run says: " + e.getMessage());
        }
    }
}
