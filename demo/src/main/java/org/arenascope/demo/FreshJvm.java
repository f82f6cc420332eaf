package org.arenascope.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/** A JVM like this one, started for one run, with a heap that does not change in size. */
final class FreshJvm {

    /** What {@code --help} says the child runs with, beside its heap's size. */
    static final String FLAGS_1 = "-XX:+AlwaysPreTouch -XX:+UseSerialGC -XX:TieredStopAtLevel=1";
    static final String FLAGS_2 = "-XX:-UsePerfData -XX:NativeMemoryTracking=summary";

    private static final long HEAP_UNIT = 1 << 20;
    private static final long HEAP_BESIDE_TABLES = 64 * HEAP_UNIT;
    private static final int FIRST_WITH_NATIVE_ACCESS_CHECKS = 22;

    private final long tables;
    private final PrintWriter err;

    /** A JVM whose heap holds tables of that many bytes, and some room. */
    FreshJvm(long tables, PrintWriter err) {
        this.tables = tables;
        this.err = err;
    }

    /** Everything of the command line up to the demo's own arguments. */
    List<String> command() {
        List<String> command = new ArrayList<>(launcher());
        // The tables are in the old generation, which is two thirds of the heap.
        long heap = (tables * 3 / 2 + HEAP_BESIDE_TABLES) / HEAP_UNIT;
        command.add("-Xms" + heap + "m");
        command.add("-Xmx" + heap + "m");
        command.addAll(List.of((FLAGS_1 + " " + FLAGS_2).split(" ")));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS_CHECKS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
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

    /** Runs the demo with these arguments, and returns the result that it prints. */
    ModeResult run(List<String> arguments, ObjIntConsumer<String> progress) {
        List<String> command = command();
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            Thread errors = new Thread(() -> relayErrors(process, progress), "arenascope-demo-errors");
            errors.setDaemon(true);
            errors.start();
            String result = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            errors.join();
            if (exit != ExitCode.OK) {
                throw new DemoException(exit == ExitCode.UNSUPPORTED ? exit : ExitCode.RUN, "the run ended with status "
                        + exit + (exit > 128 ? " (signal " + (exit - 128) + ")" : "") + "; its command was: "
                        + String.join(" ", command));
            }
            return ModeResult.fromJson(JSON.std.mapFrom(result));
        } catch (IOException e) {
            throw new DemoException(ExitCode.RUN, "cannot run " + command.get(0) + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException(ExitCode.RUN, "interrupted");
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
