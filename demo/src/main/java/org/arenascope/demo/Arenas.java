package org.arenascope.demo;

import java.util.function.LongUnaryOperator;

import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;
import org.arenascope.UnsafeMalloc;

/** The arenas of one run: none, the library's, or the library's and the application's. */
final class Arenas {

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
        long outside = 0;
        for (long i = 0; i < count; i++) {
            if (UnsafeMalloc.arenaOf(block.applyAsLong(i)).orElse(null) != arena) {
                outside++;
            }
        }
        return outside;
    }
}
