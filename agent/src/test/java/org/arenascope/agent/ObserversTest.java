package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import javax.management.ObjectName;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.arenascope.agent.AgentJvm.Result;
import org.arenascope.sample.Sample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the agent and no code, arenas are seen by JMX, in Flight Recorder, and in Micrometer's global registry. */
class ObserversTest {
    private static final String ARGUMENT = "sample=org.arenascope.sample.**";
    private static final String MICROMETER = Arrays.stream(System.getProperty("java.class.path")
            .split(File.pathSeparator))
            .filter(entry -> Path.of(entry).getFileName().toString().matches("(micrometer|HdrHistogram)-.*"))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));

    @Test
    void arenasAreInTheRegistryOfAMicrometerOnTheClassPath() throws Exception {
        AgentJvm.withScopes(ARGUMENT).classPath(MICROMETER).run(WithMicrometer.class)
                .assertSuccess();
    }

    @Test
    void arenasAreInTheRegistryOfAMicrometerInAnotherClassLoader() throws Exception {
        AgentJvm.withScopes(ARGUMENT).run(WithMicrometer.class, MICROMETER).assertSuccess();
    }

    @Test
    void withThePropertyMicrometerIsLeftAlone() throws Exception {
        Result result = AgentJvm.withScopes(ARGUMENT).classPath(MICROMETER)
                .option("-Dorg.arenascope.micrometer=false").run(WithMicrometer.class);
        assertEquals(1, result.exitCode(), result::toString);
        assertTrue(result.errors().contains("expected 1, not 0"), result::toString);
    }

    @Test
    void eachArenaHasABean() throws Exception {
        AgentJvm.withScopes(ARGUMENT).run(WithBeans.class).assertSilentSuccess();
    }

    static final class WithBeans {
        public static void main(String[] args) throws Exception {
            ObjectName name = new ObjectName("org.arenascope:type=MallocArena,name=sample");
            long block = Sample.allocate(100_000);
            for (int i = 0; i < 1000 && !ManagementFactory.getPlatformMBeanServer().isRegistered(name); i++) {
                Thread.sleep(10);
            }
            Object scopes = ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Scopes");
            Expect.equal(Expect.arena("sample").scopes(), scopes);
            Sample.free(block);
        }
    }

    @Test
    @Tag("patched")
    void eachArenaIsInARecordingOfFlightRecorder(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("recording.jfr");
        AgentJvm.withAgent(ARGUMENT).run(Recorded.class, file.toString()).assertSilentSuccess();
        assertTrue(RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("org.arenascope.MallocArena"))
                .anyMatch(event -> event.getString("arena").equals("sample")), "no event of the arena");
    }

    static final class Recorded {
        public static void main(String[] args) throws Exception {
            try (Recording recording = new Recording()) {
                recording.enable("org.arenascope.MallocArena").withPeriod(Duration.ofMillis(100));
                recording.start();
                Sample.free(Sample.allocate(100));
                // Longer than it takes observers to be told of an arena.
                Thread.sleep(2_000);
                recording.dump(Path.of(args[0]));
            }
        }
    }

    /** Uses the Micrometer of the class path, or of a class loader for the jars that it is given. */
    static final class WithMicrometer {
        public static void main(String[] args) throws Exception {
            ClassLoader loader = args.length == 0 ? WithMicrometer.class.getClassLoader()
                    : new URLClassLoader(urls(args[0]), WithMicrometer.class.getClassLoader());
            long block = Sample.allocate(100_000);
            Class<?> registryType = loader.loadClass("io.micrometer.core.instrument.MeterRegistry");
            Object registry = loader.loadClass("io.micrometer.core.instrument.simple.SimpleMeterRegistry")
                    .getConstructor().newInstance();
            loader.loadClass("io.micrometer.core.instrument.Metrics").getMethod("addRegistry", registryType)
                    .invoke(null, registry);
            List<?> meters = List.of();
            for (int i = 0; i < 500 && meters.isEmpty(); i++) {
                Thread.sleep(10);
                meters = ((List<?>) registryType.getMethod("getMeters").invoke(registry)).stream()
                        .filter(meter -> id(meter, registryType).contains("arenascope.arena.used")).toList();
            }
            Expect.equal(1, meters.size());
            Expect.equal(true, id(meters.get(0), registryType).contains("sample"));
            Sample.free(block);
        }

        private static String id(Object meter, Class<?> registryType) {
            try {
                return Class.forName("io.micrometer.core.instrument.Meter", false, registryType.getClassLoader())
                        .getMethod("getId").invoke(meter).toString();
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private static URL[] urls(String classPath) throws MalformedURLException {
            String[] entries = classPath.split(File.pathSeparator);
            URL[] urls = new URL[entries.length];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = Path.of(entries[i]).toUri().toURL();
            }
            return urls;
        }
    }
}
