package org.arenascope.top;

import java.util.Comparator;
import java.util.Locale;

/** What the table is sorted by, by the name that the command line has for it. */
enum Sort {
    NAME(Comparator.comparing(Arena::name)),
    HELD(Column.HELD.order()),
    IN_USE(Column.IN_USE.order()),
    PEAK(Column.PEAK.order()),
    SCOPES(Column.SCOPES.order()),
    THREADS(Column.THREADS.order());

    private final Comparator<Arena> order;

    Sort(Comparator<Arena> order) {
        this.order = order.thenComparing(Arena::name).thenComparing(Arena::id);
    }

    Comparator<Arena> order() {
        return order;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
