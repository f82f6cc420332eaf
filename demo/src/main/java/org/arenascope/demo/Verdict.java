package org.arenascope.demo;

import java.util.ArrayList;
import java.util.List;

import org.arenascope.measure.ByteSize;

/** Whether the memory came back, and what the figures mean. */
record Verdict(boolean good, List<String> sentences) {

    /** So many times the library's live bytes may a process hold, for malloc's headers and broken pages. */
    static final double FACTOR = 1.25;

    static Verdict on(List<ModeResult> results, long allowance, boolean arenaReturn) {
        List<String> failures = new ArrayList<>();
        for (ModeResult result : results) {
            result.damage().ifPresent(what -> failures.add("FAILED in " + result.mode() + ": " + what + "."));
            if (result.misplaced() != 0) {
                failures.add("FAILED in " + result.mode() + ": " + result.misplaced()
                        + " blocks do not lie in the arena that they were requested in.");
            }
            long allowed = allowed(result, allowance);
            // In the default arenas the application's memory is only promised to come back when malloc is trimmed.
            boolean trim = result.mode() == Mode.ARENA && !arenaReturn;
            long held = trim ? result.rss().trimmedOver() : result.rss().freedOver();
            if (result.mode().needsArenas() && held > allowed) {
                failures.add("FAILED in " + result.mode() + ": "
                        + (trim ? "after a trim" : "when the application had freed all its blocks")
                        + " the process held " + megabytes(held)
                        + " over its baseline, more than the " + megabytes(allowed) + " that are allowed for "
                        + megabytes(result.libraryLiveBytes()) + " alive in the library.");
            }
        }
        return failures.isEmpty() ? new Verdict(true, List.of(meaning(results))) : new Verdict(false, failures);
    }

    static long allowed(ModeResult result, long allowance) {
        return (long) (result.libraryLiveBytes() * FACTOR) + allowance;
    }

    private static String meaning(List<ModeResult> results) {
        List<String> parts = new ArrayList<>();
        for (ModeResult result : results) {
            Rss rss = result.rss();
            parts.add(switch (result.mode()) {
                case DEFAULT -> megabytes(rss.freedOver()) + " of " + megabytes(rss.allocatedOver())
                        + " without arenas, for " + megabytes(result.libraryLiveBytes()) + " alive in the library";
                case ARENA -> megabytes(rss.freedOver()) + " with the library in an arena, "
                        + megabytes(rss.trimmedOver()) + " after a trim";
                case ARENA_APP -> megabytes(rss.freedOver())
                        + " with library and application in an arena each, without a trim";
            });
        }
        return "When the application has freed all its blocks, the process still holds " + String.join("; ", parts)
                + ".";
    }

    private static String megabytes(long bytes) {
        return ByteSize.megabytes(bytes) + " MB";
    }
}
