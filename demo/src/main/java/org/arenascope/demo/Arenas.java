package org.arenascope.demo;

import java.util.function.LongUnaryOperator;

import org.arenascope.ArenaScope;
import org.arenascope.Malloc;
import org.arenascope.MallocArena;

/** The arenas of one run: none, the library's, or the library's and the application's. */
final class Arenas {

    /** The library takes tens of microseconds to say where a block lies: so many are asked for, evenly spread. */
    static final int CHECKED = 2_000;

    private final MallocArena library;
    private final MallocArena application;

    Arenas(Mode mode) {
        library = mode.needsArenas() ? MallocArena.create("library") : null;
        application = mode == Mode.ARENA_APP ? MallocArena.create("application") : null;
    }

    /** Opens a scope around calls into the library; {@code null}, which needs no closing, where it has no arena. */
    ArenaScope enterLibrary() {
        return library == null ? null : library.enter();
    }

    /** Opens a scope around the application's own work; {@code null} where it has no arena. */
    ArenaScope enterApplication() {
        return application == null ? null : application.enter();
    }

    /** How many of the library's blocks, of which this gives the addresses, lie somewhere else. */
    long outsideLibrary(LongUnaryOperator block, long count) {
        return outside(library, block, count);
    }

    /** How many of the application's blocks, of which this gives the addresses, lie somewhere else. */
    long outsideApplication(LongUnaryOperator block, long count) {
        return outside(application, block, count);
    }

    private static long outside(MallocArena arena, LongUnaryOperator block, long count) {
        long stride = Math.max(1, (count + CHECKED - 1) / CHECKED);
        long outside = 0;
        for (long i = 0; i < count; i += stride) {
            if (Malloc.arenaOf(block.applyAsLong(i)).orElse(null) != arena) {
                outside++;
            }
        }
        return outside;
    }
}
