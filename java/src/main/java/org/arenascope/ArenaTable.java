package org.arenascope;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The arenas that were made here, by index and by handle. */
final class ArenaTable {
    /**
     * By index, those that are not retired; 0 is none. Changed under {@link Retirement#LOCK}, and copied when it grows:
     * a thread that has an arena in its scopes finds it without the lock.
     */
    private static volatile MallocArena[] byIndex = new MallocArena[8];

    /**
     * By handle, the arena that had it last. One that is retired stays, for the blocks that are left of it, until the
     * handle is given out anew, which is not before the last of them is gone.
     */
    private static final Map<Long, MallocArena> BY_HANDLE = new ConcurrentHashMap<>();

    private ArenaTable() {
    }

    /** An index that no other arena has. {@link Retirement#LOCK} is held. */
    static int freeIndex() {
        for (int i = 1; i < byIndex.length; i++) {
            if (byIndex[i] == null) {
                return i;
            }
        }
        return byIndex.length;
    }

    /** {@link Retirement#LOCK} is held. */
    static void add(MallocArena arena) {
        if (arena.index() == byIndex.length) {
            byIndex = Arrays.copyOf(byIndex, byIndex.length * 2);
        }
        byIndex[arena.index()] = arena;
        if (arena.isIsolated()) {
            BY_HANDLE.put(arena.handle(), arena);
        }
    }

    /** {@code arena} is retired. {@link Retirement#LOCK} is held. */
    static void remove(MallocArena arena) {
        if (byIndex[arena.index()] == arena) {
            byIndex[arena.index()] = null;
        }
    }

    /** The arena with this index, which is in one of the caller's scopes. */
    static MallocArena at(int index) {
        return byIndex[index];
    }

    /** The arena with this handle; {@code null} for the default and for arenas that were not made here. */
    static MallocArena ofHandle(long handle) {
        return BY_HANDLE.get(handle);
    }

    /** Those that are not retired. {@link Retirement#LOCK} is held. */
    static List<MallocArena> all() {
        List<MallocArena> all = new ArrayList<>();
        for (MallocArena arena : byIndex) {
            if (arena != null) {
                all.add(arena);
            }
        }
        return all;
    }
}
