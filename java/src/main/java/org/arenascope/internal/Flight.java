package org.arenascope.internal;

import java.util.List;

import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;

/**
 * Has arenas and slow scopes recorded by Flight Recorder, from the moment when somebody uses it. It is not for us to
 * start it: that takes time and memory.
 */
final class Flight implements Observers.Observer, FlightRecorderListener {
    /** One hook, so that it can be removed. */
    private final Runnable recordAll = Flight::recordAll;
    private volatile boolean listening;

    /** No lock is held: Flight Recorder calls {@link #recorderInitialized} with a lock of its own held. */
    @Override
    public void update(List<MallocArena> arenas) {
        if (!arenas.isEmpty() && !listening) {
            listening = true;
            FlightRecorder.addListener(this);
        } else if (arenas.isEmpty() && listening) {
            listening = false;
            FlightRecorder.removeListener(this);
            FlightRecorder.removePeriodicEvent(recordAll);
            Observers.access().timeScopes(null);
        }
    }

    @Override
    public void recorderInitialized(FlightRecorder recorder) {
        if (listening) {
            FlightRecorder.addPeriodicEvent(ArenaEvent.class, recordAll);
            FlightRecorder.register(SlowScopeEvent.class);
            Observers.access().timeScopes(new SlowScopes());
        }
    }

    private static void recordAll() {
        for (MallocArena arena : MallocArena.arenas()) {
            ArenaInfo info = Observers.account(arena);
            if (info != null) {
                new ArenaEvent(arena, info).commit();
            }
        }
    }

    /** Final, as its field is: threads may come to see it at any time. */
    private static final class SlowScopes implements ScopeTimer {
        private final SlowScopeEvent sample = new SlowScopeEvent();

        @Override
        public Object begin() {
            if (!sample.isEnabled()) {
                return null;
            }
            SlowScopeEvent event = new SlowScopeEvent();
            event.begin();
            return event;
        }

        @Override
        public void end(Object timing, MallocArena arena) {
            SlowScopeEvent event = (SlowScopeEvent) timing;
            event.end();
            if (event.shouldCommit()) {
                event.arena = arena.name();
                event.id = Observers.access().id(arena);
                event.commit();
            }
        }
    }
}
