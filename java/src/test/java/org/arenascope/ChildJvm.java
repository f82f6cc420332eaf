package org.arenascope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM started to run one main method, for what can be seen from outside or at a start only. */
record ChildJvm(int exitCode, String output) {
    /** The library, its tests and JNA. Surefire puts them on the module path and names them in a property instead. */
    static final String CLASS_PATH = System.getProperty("arenascope.test.classpath",
            System.getProperty("java.class.path"));

    static ChildJvm run(String classPath, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        return run(command(classPath, options, main, arguments), null);
    }

    /** The same, and sends {@code SIGTERM} as soon as the program has printed {@code ready}. */
    static ChildJvm terminate(String ready, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        return run(command(CLASS_PATH, options, main, arguments), ready);
    }

    /** The same under a shell that first does what {@code setUp} says. */
    static ChildJvm runAfter(String setUp, List<String> options, Class<?> main)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "{ " + setUp + " && \"$@\"; } | cat", "sh"));
        command.addAll(command(CLASS_PATH, options, main));
        return run(command, null);
    }

    private static List<String> command(String classPath, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static ChildJvm run(List<String> command, String ready) throws IOException, InterruptedException {
        Path output = Files.createTempFile("arenascope-child", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start();
            if (ready != null) {
                while (process.isAlive() && !Files.readString(output).contains(ready)) {
                    Thread.sleep(10);
                }
                process.destroy();
            }
            return new ChildJvm(process.waitFor(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
