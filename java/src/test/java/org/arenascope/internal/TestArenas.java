package org.arenascope.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import com.sun.jna.Native;

import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;

/** The arenas of a test and the blocks in them, all gone at its end. */
public final class TestArenas implements AutoCloseable {
    private final List<MallocArena> arenas = new ArrayList<>();
    private final Deque<Long> blocks = new ArrayDeque<>();

    public MallocArena create(String name) {
        MallocArena arena = MallocArena.create(name);
        arenas.add(arena);
        return arena;
    }

    public void allocateIn(MallocArena arena, long size) {
        try (ArenaScope scope = arena.enter()) {
            blocks.add(Native.malloc(size));
        }
    }

    /** Frees the oldest blocks, so many of them. */
    public void free(int count) {
        for (int i = 0; i < count; i++) {
            Native.free(blocks.remove());
        }
    }

    @Override
    public void close() throws Exception {
        blocks.forEach(Native::free);
        arenas.forEach(MallocArena::close);
        Settled.await();
    }
}
