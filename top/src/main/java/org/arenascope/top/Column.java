package org.arenascope.top;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** A column of figures in the table; those that matter least stand last, and are left out first. */
enum Column {
    IN_USE("in use", Arena::inUse),
    HELD("held", Arena::held),
    LIMIT("limit", Arena::limit),
    PEAK("peak", Arena::peak),
    SCOPES("scopes", Arena::scopes),
    THREADS("threads", Arena::threads),
    SYSTEM("system", Arena::system),
    CACHED("cached", Arena::cached),
    RETURNED("returned", Arena::returned),
    MAPPED("mapped", Arena::mapped);

    private final String header;
    private final ToLongFunction<Arena> figure;

    Column(String header, ToLongFunction<Arena> figure) {
        this.header = header;
        this.figure = figure;
    }

    String header() {
        return header;
    }

    String text(Arena arena) {
        return text(figure.applyAsLong(arena));
    }

    /** The figure for all arenas: of limits there is none. */
    String total(Snapshot snapshot) {
        return this == LIMIT ? "" : text(snapshot.sum(figure));
    }

    private String text(long value) {
        if (value == Arena.NONE) {
            return "-";
        }
        return this == SCOPES || this == THREADS ? Long.toString(value) : megabytes(value);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }

    /** The most first. */
    Comparator<Arena> order() {
        return Comparator.comparingLong(figure).reversed();
    }
}
