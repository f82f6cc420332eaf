package org.arenascope.internal;

import java.util.List;

import io.micrometer.core.instrument.Metrics;

import org.arenascope.MallocArena;
import org.arenascope.observe.MallocArenaMetrics;

/** Binds arenas to Micrometer's global registry, if a property says so, for applications that cannot do it. */
final class Meters implements Observers.Observer {
    private boolean due = Boolean.getBoolean("org.arenascope.micrometer");

    @Override
    public void update(List<MallocArena> arenas) {
        if (due) {
            due = false;
            new MallocArenaMetrics().bindTo(Metrics.globalRegistry);
        }
    }
}
