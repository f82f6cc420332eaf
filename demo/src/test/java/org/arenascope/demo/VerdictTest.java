package org.arenascope.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VerdictTest {

    private static final long MB = 1_000_000;
    private static final long ALLOWANCE = 2 * MB;

    @Test
    void the_application_in_an_arena_must_have_returned_its_memory_without_a_trim() {
        assertTrue(on(result(Mode.ARENA_APP, 14, 14)).good());
        assertFalse(on(result(Mode.ARENA_APP, 15, 14)).good(), "10 MB live, 12.5 and 2 allowed");
    }

    @Test
    void the_application_in_the_default_arenas_must_have_returned_its_memory_after_a_trim() {
        assertTrue(on(result(Mode.ARENA, 200, 14)).good());
        assertFalse(on(result(Mode.ARENA, 200, 15)).good());
    }

    @Test
    void with_return_switched_on_the_default_arenas_must_not_need_a_trim() {
        ModeResult held = result(Mode.ARENA, 200, 14);
        assertFalse(Verdict.on(List.of(held), ALLOWANCE, true).good());
    }

    @Test
    void the_mode_without_arenas_promises_nothing() {
        assertTrue(on(result(Mode.DEFAULT, 200, 200)).good());
    }

    @Test
    void a_misplaced_block_is_a_failure_in_any_mode() {
        Verdict verdict = on(result(Mode.ARENA_APP, 10, 10, 1, Optional.empty()));
        assertFalse(verdict.good());
        assertTrue(verdict.sentences().get(0).contains("1 blocks do not lie in the arena"));
    }

    @Test
    void damaged_data_is_a_failure_in_any_mode() {
        Verdict verdict = on(result(Mode.DEFAULT, 10, 10, 0, Optional.of("7 elements are gone")));
        assertFalse(verdict.good());
        assertEquals(List.of("FAILED in default: 7 elements are gone."), verdict.sentences());
    }

    @Test
    void a_failure_gives_the_figures() {
        String sentence = on(result(Mode.ARENA_APP, 90, 10)).sentences().get(0);
        assertTrue(sentence.contains("held 90.0 MB over its baseline, more than the 14.5 MB that are allowed"),
                sentence);
    }

    private static Verdict on(ModeResult result) {
        return Verdict.on(List.of(result), ALLOWANCE, false);
    }

    private static ModeResult result(Mode mode, long freed, long trimmed) {
        return result(mode, freed, trimmed, 0, Optional.empty());
    }

    private static ModeResult result(Mode mode, long freed, long trimmed, long misplaced, Optional<String> damage) {
        long baseline = 100 * MB;
        Rss rss = new Rss(baseline, baseline + 200 * MB, baseline + freed * MB, baseline + trimmed * MB);
        return new ModeResult(mode, rss, 0.5, 10 * MB, 0, misplaced, damage, List.of(), Map.of());
    }
}
