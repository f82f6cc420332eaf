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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("arenascope-child", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start();
            return new ChildJvm(process.waitFor(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
