package org.arenascope.observe;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;

/** A program with arenas for others to look at: one that grows and shrinks, a steady one, one at its limit. */
public final class SeveralArenas {
    private SeveralArenas() {
    }

    public static void main(String[] args) throws InterruptedException {
        MallocArena churning = MallocArena.create("churning");
        MallocArena steady = MallocArena.builder("steady").limit(64 << 20).create();
        MallocArena full = MallocArena.builder("full").limit(10 << 20).create();
        for (int i = 0; i < 200_000; i++) {
            allocateIn(churning, 1000);
        }
        for (int i = 0; i < 20_000; i++) {
            allocateIn(steady, 2000);
        }
        while (allocateIn(full, 100_000) != 0) {
            continue;
        }
        System.out.println("ready");
        long[] blocks = new long[50_000];
        long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
        while (System.nanoTime() < end) {
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = allocateIn(churning, 500);
            }
            Thread.sleep(20);
            for (long block : blocks) {
                Native.free(block);
            }
            Thread.sleep(20);
        }
    }

    private static long allocateIn(MallocArena arena, long size) {
        long block;
        try (ArenaScope scope = arena.enter()) {
            block = Native.malloc(size);
        }
        if (block != 0) {
            new Pointer(block).setMemory(0, size, (byte) 1);
        }
        return block;
    }
}
