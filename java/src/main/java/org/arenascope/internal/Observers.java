package org.arenascope.internal;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;

/**
 * Tells observers which arenas there are whenever that has changed: on a thread of its own, a moment later, and once
 * for all changes of that moment. So making and retiring an arena costs next to nothing and cannot fail for an
 * observer's sake. An arena is shown once it has lived for such a moment: those that come and go are seen by none.
 */
public final class Observers {
    /** Long enough for an application's start to make all its arenas, and short for whoever looks. */
    private static final long DELAY_MILLIS = 100;

    private static final ScheduledThreadPoolExecutor EXECUTOR = DaemonTimer.named("arenascope-observers");
    private static final AtomicBoolean DUE = new AtomicBoolean();

    /** Those of others, who keep them. */
    private static final List<WeakReference<Observer>> ADDED = new CopyOnWriteArrayList<>();

    private static volatile ArenaAccess access;

    /** Those that were there the last time. Of the executor's thread. */
    private static Set<MallocArena> seen = Set.of();

    private Observers() {
    }

    /** Is told which arenas there are. */
    public interface Observer {
        /**
         * Arenas were made or retired. Called by one thread at a time.
         *
         * @param arenas the arenas that are not retired, but for the newest
         */
        void update(List<MallocArena> arenas);
    }

    /**
     * Sets how observers get at arenas, before there is any arena.
     *
     * @param access the access
     */
    public static void setAccess(ArenaAccess access) {
        Observers.access = access;
    }

    /**
     * Returns how observers get at arenas.
     *
     * @return the access
     */
    static ArenaAccess access() {
        return access;
    }

    /**
     * Tells what an arena holds, also if it is closed.
     *
     * @param arena an arena
     * @return its account; {@code null} if it is retired, or not isolated
     */
    public static ArenaInfo account(MallocArena arena) {
        return access.account(arena);
    }

    /** Arenas were made or retired, or could not be made. Never throws. */
    public static void changed() {
        if (DUE.compareAndSet(false, true)) {
            try {
                EXECUTOR.schedule(Observers::updateAll, DELAY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (Throwable e) {
                DUE.set(false);
            }
        }
    }

    /**
     * Adds an observer and has it updated. It is held weakly, and is updated as long as someone else holds it.
     *
     * @param observer the observer
     */
    public static void add(Observer observer) {
        ADDED.add(new WeakReference<>(observer));
        changed();
    }

    /**
     * Removes an observer. It may be updated once more, if it is being updated now.
     *
     * @param observer the observer
     */
    public static void remove(Observer observer) {
        ADDED.removeIf(reference -> reference.get() == observer);
    }

    /** Returns when all changes so far have been told to all observers. */
    static void await() throws Exception {
        for (int i = 0; i < 2; i++) {
            EXECUTOR.submit(Observers::updateAll).get();
        }
    }

    private static void updateAll() {
        DUE.set(false);
        try {
            tellAll();
        } catch (OutOfMemoryError e) {
            changed();
            throw e;
        }
    }

    private static void tellAll() {
        List<MallocArena> now = MallocArena.arenas();
        List<MallocArena> arenas = now.stream().filter(seen::contains).toList();
        if (arenas.size() < now.size()) {
            changed();
        }
        seen = Set.copyOf(now);
        for (Observer observer : Own.ALL) {
            update(observer, arenas);
        }
        ADDED.removeIf(reference -> reference.get() == null);
        for (WeakReference<Observer> reference : ADDED) {
            Observer observer = reference.get();
            if (observer != null) {
                update(observer, arenas);
            }
        }
    }

    private static void update(Observer observer, List<MallocArena> arenas) {
        try {
            observer.update(arenas);
        } catch (Throwable e) {
            log(System.Logger.Level.WARNING, "arenas cannot be shown by " + observer.getClass().getName(), e);
        }
    }

    private static void log(System.Logger.Level level, String message, Throwable e) {
        System.getLogger("org.arenascope").log(level, message, e);
    }

    /** Those that need no one to add them, as far as this Java runtime has the modules that they need. */
    private static final class Own {
        static final List<Observer> ALL = all();

        private static List<Observer> all() {
            List<Observer> all = new ArrayList<>();
            // Lambda expressions, since a method reference would need its class at once.
            for (Supplier<Observer> observer : List.<Supplier<Observer>>of(
                    () -> new Beans(), () -> new Flight(), () -> new Meters())) {
                try {
                    all.add(observer.get());
                } catch (Throwable e) {
                    log(System.Logger.Level.DEBUG, "this Java runtime lacks a module to show arenas by", e);
                }
            }
            return List.copyOf(all);
        }
    }
}
