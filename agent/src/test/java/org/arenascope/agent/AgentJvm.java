package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.arenascope.MallocArena;

/**
 * A JVM that runs one of the tests' programs with the agent. Where arenas are not supported it is started by {@link
 * StockAgent}, so that native methods run in scopes all the same.
 */
final class AgentJvm {
    /** The agent as it is given to people. */
    static final Path JAR = Path.of(System.getProperty("arenascope.agent.jar", "lib/arenascope-agent.jar"))
            .toAbsolutePath();

    /** Test classes and the libraries that they call. The library is in the agent's jar alone. */
    private static final String CLASS_PATH = Arrays.stream(System.getProperty("java.class.path")
            .split(File.pathSeparator))
            .filter(entry -> Path.of(entry).getFileName().toString().matches("test-classes|(zstd|sqlite)-.*"))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));

    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private String classPath = CLASS_PATH;

    private AgentJvm() {
        if (Runtime.version().feature() >= 22) {
            option("--enable-native-access=ALL-UNNAMED");
        }
        option("-Dsample.library=" + Path.of(CLASS_PATH.split(File.pathSeparator)[0], "libsample.so"));
    }

    record Result(int exitCode, String output, String errors) {
        Result assertSuccess() {
            assertEquals(0, exitCode, this::toString);
            return this;
        }

        /** The program ended well, and nothing was said on standard error. */
        void assertSilentSuccess() {
            assertEquals("", assertSuccess().errors, this::toString);
        }
    }

    static AgentJvm withoutAgent() {
        return new AgentJvm();
    }

    /** With the agent as a user gives it. */
    static AgentJvm withAgent(String argument) {
        return withoutAgent().option("-javaagent:" + JAR + "=" + argument);
    }

    static AgentJvm withScopes(String argument) throws IOException {
        return withoutAgent().scopes(argument);
    }

    /** With an agent that puts native methods into scopes, with isolation or without. */
    AgentJvm scopes(String argument) throws IOException {
        classPath(MallocArena.isSupported() ? "" : JAR.toString());
        return option("-javaagent:" + scopesJar() + "=" + argument);
    }

    /** That agent's jar. */
    static Path scopesJar() throws IOException {
        return MallocArena.isSupported() ? JAR : jar(StockAgent.class);
    }

    AgentJvm option(String option) {
        options.add(option);
        return this;
    }

    AgentJvm without(String option) {
        options.remove(option);
        return this;
    }

    AgentJvm classPath(String more) {
        classPath += more.isEmpty() ? "" : File.pathSeparator + more;
        return this;
    }

    /** Another agent, made of a class of the tests'. */
    AgentJvm agent(Class<?> type, String argument) throws IOException {
        return option("-javaagent:" + jar(type) + "=" + argument);
    }

    /** A jar that makes {@code type}, which is on the class path, an agent. */
    static Path jar(Class<?> type) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        for (String name : List.of("Premain-Class", "Agent-Class")) {
            attributes.putValue(name, type.getName());
        }
        attributes.putValue("Can-Retransform-Classes", "true");
        attributes.putValue("Can-Set-Native-Method-Prefix", "true");
        Path jar = Files.createTempFile("agent", ".jar");
        jar.toFile().deleteOnExit();
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
        return jar;
    }

    /** The test classes are to come from a jar, which is made in {@code folder}. */
    AgentJvm classesInJar(Path folder) throws IOException {
        Path jar = folder.resolve("test-classes.jar");
        Path classes = Path.of(CLASS_PATH.split(File.pathSeparator)[0]);
        if (!Files.exists(jar)) {
            try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(classes.resolve("org"))) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    stream.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    Files.copy(file, stream);
                }
            }
        }
        classPath = classPath.replace(classes.toString(), jar.toString());
        return this;
    }

    AgentJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Result run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("out", ".log");
        Path errors = Files.createTempFile("err", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment);
            int exitCode = builder.start().waitFor();
            return new Result(exitCode, Files.readString(output), Files.readString(errors));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
