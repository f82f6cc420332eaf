package org.arenascope.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import com.sun.jna.Native;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.arenascope.ArenaInfo;
import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Flight Recorder records of arenas, on the patched glibc. */
@Tag("patched")
class FlightTest {
    private static final String ARENA = "org.arenascope.MallocArena";
    private static final String SLOW = "org.arenascope.SlowScope";

    @TempDir
    private Path folder;

    private final MallocArena arena = MallocArena.create("flight");

    @AfterEach
    void close() {
        arena.close();
    }

    /** Work of a test, in a recording. */
    private interface Work {
        void run() throws Exception;
    }

    private List<RecordedEvent> record(Consumer<Recording> settings, Work work) throws Exception {
        Settled.await();
        Path file = folder.resolve("flight.jfr");
        try (Recording recording = new Recording()) {
            settings.accept(recording);
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.hasField("arena") && event.getString("arena").equals("flight")).toList();
    }

    private static List<RecordedEvent> of(String type, List<RecordedEvent> events) {
        return events.stream().filter(event -> event.getEventType().getName().equals(type)).toList();
    }

    @Test
    void anArenasAccountIsRecordedPeriodically() throws Exception {
        arena.limit(64 << 20);
        long block;
        try (ArenaScope scope = arena.enter()) {
            block = Native.malloc(10 << 20);
        }
        ArenaInfo before = arena.info();
        List<RecordedEvent> events = of(ARENA, record(
                recording -> recording.enable(ARENA).withPeriod(Duration.ofMillis(50)), () -> Thread.sleep(1000)));
        ArenaInfo after = arena.info();
        Native.free(block);
        assertTrue(events.size() >= 3, () -> events.size() + " events");
        List<ArenaInfo> accounts = events.stream().map(event -> new ArenaInfo(event.getLong("systemBytes"),
                event.getLong("mappedBytes"), event.getLong("inUseBytes"), event.getLong("cachedBytes"),
                event.getLong("returnedBytes"), event.getLong("peakBytes"), event.getLong("limitBytes"),
                event.getLong("selectedThreads"))).toList();
        assertTrue(accounts.contains(before) || accounts.contains(after), () -> before + ", " + accounts);
        assertFalse(events.get(0).getBoolean("closed"));
        assertEquals(1, events.get(0).getLong("scopes"));
    }

    @Test
    void arenasOfOneNameHaveNumbers() throws Exception {
        try (MallocArena other = MallocArena.create("flight")) {
            List<RecordedEvent> events = record(recording -> {
                recording.enable(ARENA).withPeriod(Duration.ofMillis(50));
                recording.enable(SLOW).withThreshold(Duration.ZERO);
            }, () -> {
                Thread.sleep(200);
                other.run(() -> { });
            });
            Set<Integer> numbers = of(ARENA, events).stream().map(event -> event.getInt("id"))
                    .collect(Collectors.toSet());
            assertEquals(2, numbers.size(), events::toString);
            RecordedEvent scope = of(SLOW, events).get(0);
            assertTrue(numbers.contains(scope.getInt("id")), scope::toString);
        }
    }

    @Test
    void aSlowScopeIsRecordedWithItsThreadAndTheCodeThatClosedIt() throws Exception {
        List<RecordedEvent> events = of(SLOW, record(recording -> recording.enable(SLOW), () -> {
            try (ArenaScope scope = arena.enter()) {
                arena.call(() -> {
                    Thread.sleep(50);
                    return null;
                });
            }
            arena.run(() -> { });
        }));
        assertEquals(2, events.size(), events::toString);
        for (RecordedEvent event : events) {
            assertTrue(event.getDuration().toMillis() >= 50, event::toString);
            assertEquals(Thread.currentThread().getName(), event.getThread().getJavaName());
            assertTrue(event.getStackTrace().getFrames().stream()
                    .anyMatch(frame -> frame.getMethod().getType().getName().equals(getClass().getName())),
                    event::toString);
        }
    }

    @Test
    void theThresholdOfSlowScopesIsTheRecordings() throws Exception {
        List<RecordedEvent> events = of(SLOW, record(
                recording -> recording.enable(SLOW).withThreshold(Duration.ZERO).withoutStackTrace(), () -> {
                    for (int i = 0; i < 10; i++) {
                        nest(i);
                    }
                }));
        assertEquals(45, events.size());
    }

    private void nest(int depth) {
        if (depth > 0) {
            arena.run(() -> nest(depth - 1));
        }
    }

    @Test
    void slowScopesAreNotRecordedUnlessAsked() throws Exception {
        List<RecordedEvent> events = record(recording -> { }, () -> arena.call(() -> {
            Thread.sleep(50);
            return null;
        }));
        assertEquals(List.of(), of(SLOW, events));
    }

    @Test
    void aScopeThatWasOpenWhenARecordingBeganOrEndedIsNoTrouble() throws Exception {
        List<RecordedEvent> events;
        try (ArenaScope before = arena.enter()) {
            ArenaScope[] after = new ArenaScope[1];
            events = record(recording -> recording.enable(SLOW).withThreshold(Duration.ZERO), () -> {
                arena.run(() -> { });
                after[0] = arena.enter();
            });
            after[0].close();
        }
        assertEquals(1, of(SLOW, events).size());
    }
}
