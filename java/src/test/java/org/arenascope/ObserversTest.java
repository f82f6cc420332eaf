package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

import org.arenascope.internal.Settled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How arenas come to be seen from outside, and what that leaves behind: in JVMs of their own, on the patched glibc. */
@Tag("patched")
class ObserversTest {
    @TempDir
    private Path folder;

    private static void assertEnds(List<String> options, Class<?> program, String... arguments) throws Exception {
        ChildJvm child = ChildJvm.run(ChildJvm.CLASS_PATH, options, program, arguments);
        assertTrue(child.exitCode() == 0 && child.output().endsWith("done\n"), child::toString);
    }

    @Test
    void beansAppearAndDisappearByThemselves() throws Exception {
        assertEnds(List.of(), AppearAndDisappear.class);
    }

    static final class AppearAndDisappear {
        public static void main(String[] args) throws Exception {
            MallocArena arena = MallocArena.create("netio");
            awaitBeans("org.arenascope:name=netio,type=MallocArena", "org.arenascope:type=Malloc");
            arena.close();
            awaitBeans();
            MallocArena.create("again");
            awaitBeans("org.arenascope:name=again,type=MallocArena", "org.arenascope:type=Malloc");
            System.out.println("done");
        }
    }

    /** Waits for as long as it takes, up to what the documentation promises. */
    private static void awaitBeans(String... names) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        long end = System.nanoTime() + 5_000_000_000L;
        while (!beans(server).equals(Set.of(names))) {
            if (System.nanoTime() > end) {
                throw new AssertionError(beans(server));
            }
            Thread.sleep(10);
        }
    }

    private static Set<String> beans(MBeanServer server) throws JMException {
        Set<String> names = new TreeSet<>();
        server.queryNames(new ObjectName("org.arenascope:*"), null)
                .forEach(name -> names.add(name.getCanonicalName()));
        return names;
    }

    @Test
    void copiesOfTheLibraryAreSeenBesideOneAnother() throws Exception {
        assertEnds(List.of(), Copies.class);
    }

    static final class Copies {
        public static void main(String[] args) throws Exception {
            MallocArena own = MallocArena.create("netio");
            Settled.await();
            ClassLoader copy = new Copy();
            AutoCloseable other = (AutoCloseable) copy.loadClass(MallocArena.class.getName())
                    .getMethod("create", String.class).invoke(null, "netio");
            awaitBeans("org.arenascope:name=netio,type=MallocArena", "org.arenascope:id=2,name=netio,type=MallocArena",
                    "org.arenascope:type=Malloc", "org.arenascope:id=2,type=Malloc");
            own.close();
            awaitBeans("org.arenascope:id=2,name=netio,type=MallocArena", "org.arenascope:id=2,type=Malloc");
            other.close();
            awaitBeans();
            System.out.println("done");
        }
    }

    /** Has the library's classes for itself, and everything else from the application's loader. */
    private static final class Copy extends URLClassLoader {
        Copy() throws MalformedURLException {
            super(urls(), ObserversTest.class.getClassLoader());
        }

        private static URL[] urls() throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String entry : ChildJvm.CLASS_PATH.split(File.pathSeparator)) {
                urls.add(new File(entry).toURI().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith("org.arenascope.")) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    @Test
    void aRecordingFromTheStartHasTheArenasThatAreMadeLater() throws Exception {
        Path file = folder.resolve("start.jfr");
        assertEnds(List.of("-XX:StartFlightRecording:filename=" + file + ",+org.arenascope.MallocArena#period=50ms,"
                + "+org.arenascope.SlowScope#enabled=true,+org.arenascope.SlowScope#threshold=10ms"),
                SleepInAScope.class, "0");
        assertRecorded(file);
    }

    @Test
    void aRecordingThatIsBegunWhenScopesHaveRunAMillionTimesHasThoseOfThen() throws Exception {
        Path file = folder.resolve("later.jfr");
        assertEnds(List.of(), SleepInAScope.class, "1000000", file.toString());
        assertRecorded(file);
    }

    private static void assertRecorded(Path file) throws Exception {
        List<String> types = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.hasField("arena") && event.getString("arena").equals("netio"))
                .map(event -> event.getEventType().getName()).toList();
        assertEquals(Set.of("org.arenascope.MallocArena", "org.arenascope.SlowScope"), new TreeSet<>(types));
        assertEquals(1, types.stream().filter("org.arenascope.SlowScope"::equals).count());
    }

    static final class SleepInAScope {
        public static void main(String[] args) throws Exception {
            MallocArena arena = MallocArena.create("netio");
            for (int i = 0; i < Integer.parseInt(args[0]); i++) {
                arena.enter().close();
            }
            Settled.await();
            try (Recording recording = new Recording()) {
                if (args.length > 1) {
                    recording.setDestination(Path.of(args[1]));
                    recording.enable("org.arenascope.MallocArena").withPeriod(Duration.ofMillis(50));
                    recording.enable("org.arenascope.SlowScope");
                    recording.start();
                }
                arena.call(() -> {
                    // Flight Recorder looks for periodic events that are new once a second.
                    Thread.sleep(2000);
                    return null;
                });
            }
            System.out.println("done");
        }
    }

    @Test
    void noneIsThereWhereTheirModulesAreNotAndArenasWork() throws Exception {
        assertEnds(List.of("--limit-modules=java.base,java.logging"), WithoutModules.class);
        assertEnds(List.of("--limit-modules=java.base,java.logging,java.management"), WithoutModules.class);
        assertEnds(List.of("--limit-modules=java.base,java.logging,jdk.jfr"), WithoutModules.class);
    }

    static final class WithoutModules {
        public static void main(String[] args) throws Exception {
            MallocArena arena = MallocArena.create("netio");
            Settled.await();
            arena.enter().close();
            arena.close();
            Settled.await();
            System.out.println("done");
        }
    }

    @Test
    void aPropertyBindsArenasToTheGlobalRegistry() throws Exception {
        assertEnds(List.of("-Dorg.arenascope.micrometer=true"), GlobalRegistry.class);
    }

    static final class GlobalRegistry {
        public static void main(String[] args) throws Exception {
            MallocArena.create("first");
            Settled.await();
            MeterRegistry registry = new SimpleMeterRegistry();
            Metrics.addRegistry(registry);
            MallocArena.create("second");
            Settled.await();
            registry.get("arenascope.arena.used").tag("arena", "first").gauge();
            registry.get("arenascope.arena.used").tag("arena", "second").gauge();
            System.out.println("done");
        }
    }

    @Test
    void beansCanBeTurnedOff() throws Exception {
        assertEnds(List.of("-Dorg.arenascope.jmx=false"), TurnedOff.class);
    }

    static final class TurnedOff {
        public static void main(String[] args) throws Exception {
            MallocArena.create("netio");
            Settled.await();
            if (!beans(ManagementFactory.getPlatformMBeanServer()).isEmpty()) {
                throw new AssertionError("there are beans");
            }
            System.out.println("done");
        }
    }
}
