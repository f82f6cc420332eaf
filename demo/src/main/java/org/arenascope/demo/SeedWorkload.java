package org.arenascope.demo;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;

import org.arenascope.ArenaScope;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.Progress;

/**
 * Blocks of one size, most of them the application's and some, spread evenly in between, that netio keeps in its cache.
 */
final class SeedWorkload implements Workload {

    /** How much, in blocks of which size, and how many per cent of it the library's. */
    record Load(long size, int blockSize, int libraryShare) {

        long blocks() {
            return size / blockSize;
        }

        long libraryBlocks() {
            return blocks() * libraryShare / 100;
        }

        long applicationBlocks() {
            return blocks() - libraryBlocks();
        }

        boolean isLibraryBlock(long i) {
            return (i + 1) * libraryShare / 100 > i * libraryShare / 100;
        }

        /** The Java heap that the table of blocks takes. */
        long heapBytes() {
            return applicationBlocks() * Long.BYTES;
        }
    }

    /** Enough for the compiler to be done with the code, and little beside the load. */
    private static final long WARM_UP_BLOCKS = 20_000;
    private static final int TELL_EVERY = 1 << 12;
    private static final Pointer MEMORY = new Pointer(0);

    private final Load load;
    private final Arenas arenas;
    private final long[] table;
    private final long element;
    private final long elementSize;
    private long cache;
    private int held;

    SeedWorkload(Load load, Arenas arenas) {
        this.load = load;
        this.arenas = arenas;
        this.table = new long[Math.toIntExact(load.applicationBlocks())];
        this.elementSize = load.blockSize() - NetIo.OVERHEAD;
        this.element = allocate(elementSize);
        MEMORY.setMemory(element, elementSize, (byte) 0x6e);
        this.cache = openCache();
    }

    private long openCache() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            return NetIo.netio_open();
        }
    }

    @Override
    public void warmUp() {
        Progress silent = new Progress(null);
        long blocks = Math.min(load.blocks(), WARM_UP_BLOCKS);
        allocate(blocks, silent);
        misplacedByApplication();
        misplacedByLibrary();
        damage();
        libraryLiveBytes();
        free(silent);
        try (ArenaScope scope = arenas.enterLibrary()) {
            NetIo.netio_close(cache);
        }
        cache = openCache();
    }

    @Override
    public void allocate(Progress progress) {
        allocate(load.blocks(), progress);
    }

    private void allocate(long blocks, Progress progress) {
        try (ArenaScope own = arenas.enterApplication()) {
            for (long i = 0; i < blocks; i++) {
                if (load.isLibraryBlock(i)) {
                    callLibrary();
                } else {
                    long block = allocate(load.blockSize());
                    MEMORY.setMemory(block, load.blockSize(), (byte) 0x61);
                    table[held++] = block;
                }
                if (i % TELL_EVERY == 0) {
                    progress.tell("allocating", i, blocks);
                }
            }
        }
    }

    private void callLibrary() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            if (NetIo.netio_process(cache, element, elementSize) != 0) {
                throw outOfMemory();
            }
        }
    }

    private static long allocate(long size) {
        long block = Native.malloc(size);
        if (block == 0) {
            throw outOfMemory();
        }
        return block;
    }

    private static CommandException outOfMemory() {
        return new CommandException(ExitCode.RUN, "the system has no more memory; make --size smaller");
    }

    @Override
    public long misplacedByApplication() {
        return arenas.outsideApplication(i -> table[(int) i], held);
    }

    @Override
    public void free(Progress progress) {
        try (ArenaScope own = arenas.enterApplication()) {
            for (int i = 0; i < held; i++) {
                Native.free(table[i]);
                if (i % TELL_EVERY == 0) {
                    progress.tell("freeing", i, held);
                }
            }
        }
        held = 0;
    }

    @Override
    public long misplacedByLibrary() {
        long elements = NetIo.netio_elements(cache);
        long addresses = allocate(Math.max(1, elements) * Long.BYTES);
        long stored = NetIo.netio_blocks(cache, addresses, elements);
        long misplaced = elements - stored
                + arenas.outsideLibrary(i -> MEMORY.getLong(addresses + i * Long.BYTES), stored);
        Native.free(addresses);
        return misplaced;
    }

    @Override
    public long libraryLiveBytes() {
        return NetIo.netio_live_bytes(cache);
    }

    @Override
    public Optional<String> damage() {
        long damaged = NetIo.netio_verify(cache);
        return damaged == 0 ? Optional.empty()
                : Optional.of(damaged + " elements in netio's cache no longer agree with their checksums");
    }

    @Override
    public List<Search> searches() {
        return List.of();
    }

    @Override
    public void close() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            NetIo.netio_close(cache);
        }
        Native.free(element);
    }
}
