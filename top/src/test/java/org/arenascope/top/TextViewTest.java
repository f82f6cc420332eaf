package org.arenascope.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the table fits the screen. */
class TextViewTest {
    private static final TextView VIEW = new TextView(Sort.HELD, true);

    private static Arena arena(String name, long megabytes) {
        long bytes = megabytes * 1_000_000;
        return new Arena("org.arenascope:type=MallocArena,name=" + name, name, true, false, bytes, 0, bytes / 2, 0,
                bytes / 4, bytes, Arena.NONE, 1, megabytes);
    }

    private static Snapshot snapshot(long nanos, List<Arena> arenas) {
        return new Snapshot(Instant.EPOCH, nanos, 4711, "org.example.ServiceWithALongName",
                OptionalLong.of(1_234_567_890), "JNI", null, arenas);
    }

    private static Snapshot many(int count) {
        List<Arena> arenas = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            arenas.add(arena("library-with-a-long-name-" + i, i));
        }
        return snapshot(0, arenas);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 100, 132, 200})
    void noLineIsLongerThanTheTerminalAndTheFiguresThatMatterMostAreThere(int columns) {
        String text = VIEW.show(many(3), null, new Screen(true, 24, columns));
        assertTrue(text.lines().allMatch(line -> line.length() <= columns), text);
        assertTrue(text.contains("| in use |") && text.contains(" held |") && text.contains("| library-"), text);
        assertEquals(columns >= 132, text.contains(" mapped |"), text);
    }

    @Test
    void whatIsNoTerminalHasEveryColumnAndName() {
        String text = VIEW.show(many(40), null, Screen.unlimited());
        for (Column column : Column.values()) {
            assertTrue(text.contains(" " + column.header() + " |"), text);
        }
        assertTrue(text.contains("| library-with-a-long-name-40 |"), text);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 24, 50})
    void arenasThatHaveNoRoomAreCounted(int rows) {
        String text = VIEW.show(many(100), null, new Screen(true, rows, 80));
        assertEquals(rows - 1, text.lines().count(), text);
        assertTrue(text.contains("| and " + (100 - (rows - 9)) + " more"), text);
    }

    @Test
    void thoseThatHoldMostStandFirstAndTotalsAreOfAll() {
        List<String> lines = VIEW.show(many(3), null, Screen.unlimited()).lines().toList();
        assertTrue(lines.get(5).contains("-3 "), lines::toString);
        assertTrue(lines.get(8).startsWith("| total") && lines.get(8).contains("|    3.0 |  4.5 |"), lines::toString);
    }

    @Test
    void scopesPerSecondAreThoseSinceTheLastTime() {
        Snapshot earlier = snapshot(0, List.of(arena("sqlite", 100)));
        Snapshot now = snapshot(2_000_000_000, List.of(arena("sqlite", 500), arena("new", 1)));
        assertEquals(200, now.scopesPerSecond(now.arenas().get(0), earlier));
        assertTrue(Double.isNaN(now.scopesPerSecond(now.arenas().get(1), earlier)));
        assertTrue(VIEW.show(now, earlier, Screen.unlimited()).contains(" 200 |"));
        assertFalse(new TextView(Sort.NAME, false).show(now, earlier, Screen.unlimited()).contains("scopes/s"));
    }

    @Test
    void whatHasNoFigureIsADash() {
        Arena none = new Arena("id", "none", false, true, -1, -1, -1, -1, -1, -1, -1, -1, 7);
        String text = VIEW.show(snapshot(0, List.of(none)), null, Screen.unlimited());
        assertTrue(text.contains("| none (closed) (none) |      - |"), text);
    }
}
