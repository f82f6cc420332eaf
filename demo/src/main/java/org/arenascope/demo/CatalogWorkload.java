package org.arenascope.demo;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.arenascope.ArenaScope;
import org.arenascope.Malloc;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.MallocAccount;
import org.arenascope.measure.Progress;

/**
 * A software centre at work: of each component it keeps every entry, release, description and icon in native memory, a
 * block for each piece of text, and has SQLite add the component to a full-text index.
 */
final class CatalogWorkload implements Workload {

    private static final int SMALLEST_PAGE = 512;
    /** Far more than a thread cache holds. */
    private static final int PROBES = 64;
    private static final long PROBE_SIZE = 16_000;
    private static final int WARM_UP_COMPONENTS = 300;
    private static final Pointer MEMORY = new Pointer(0);
    // The JDK reads up to 8192 bytes by way of the stack, more by way of malloc.
    private static final byte[] BUFFER = new byte[8192];

    private final Catalog catalog;
    private final int passes;
    private final List<String> queries;
    private final Arenas arenas;
    private final long[] table;
    private SearchIndex index;
    private int held;

    CatalogWorkload(Catalog catalog, int passes, List<String> queries, Arenas arenas) {
        this.catalog = catalog;
        this.passes = passes;
        this.queries = queries;
        this.arenas = arenas;
        this.table = new long[Math.toIntExact(Math.max(PROBES, blocks(catalog, passes)))];
        this.index = openIndex();
    }

    private static long blocks(Catalog catalog, int passes) {
        return (long) passes * (catalog.scalars() + catalog.icons());
    }

    /** The Java heap that a run with this catalog takes. */
    static long heapBytes(Catalog catalog, int passes) {
        return catalog.heapBytes() + blocks(catalog, passes) * Long.BYTES;
    }

    private SearchIndex openIndex() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            return new SearchIndex();
        }
    }

    @Override
    public void warmUp() {
        Progress silent = new Progress(null);
        int components = Math.min(catalog.components(), WARM_UP_COMPONENTS);
        allocate(1, components, silent);
        misplacedByApplication();
        libraryLiveBytes();
        free(silent);
        try (ArenaScope scope = arenas.enterLibrary()) {
            index.close();
        }
        index = openIndex();
    }

    @Override
    public void allocate(Progress progress) {
        allocate(passes, catalog.components(), progress);
    }

    private void allocate(int rounds, int components, Progress progress) {
        try (ArenaScope own = arenas.enterApplication()) {
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < components; i++) {
                    Catalog.Component component = catalog.component(i);
                    keepEntries(component);
                    keepIcon(component);
                    addToIndex(component);
                    progress.tell("indexing", (long) round * components + i, (long) rounds * components);
                }
                try (ArenaScope scope = arenas.enterLibrary()) {
                    index.commit();
                }
            }
        }
    }

    private void keepEntries(Catalog.Component component) {
        for (int scalar = component.firstScalar(); scalar < component.endScalar(); scalar++) {
            int length = catalog.length(scalar);
            long block = allocate(length + 1L);
            MEMORY.write(block, catalog.text(), catalog.start(scalar), length);
            MEMORY.setByte(block + length, (byte) 0);
        }
    }

    private void keepIcon(Catalog.Component component) {
        if (component.icon().isEmpty()) {
            return;
        }
        File file = new File(component.icon());
        try (FileInputStream in = new FileInputStream(file)) {
            long size = file.length();
            long block = allocate(Math.max(1, size));
            for (long at = 0; at < size;) {
                int count = in.read(BUFFER, 0, (int) Math.min(BUFFER.length, size - at));
                if (count < 0) {
                    break;
                }
                MEMORY.write(block + at, BUFFER, 0, count);
                at += count;
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.RUN, "cannot read the icon " + file + ": " + e.getMessage());
        }
    }

    private void addToIndex(Catalog.Component component) {
        String id = catalog.string(component.id());
        String name = catalog.string(component.name());
        String summary = catalog.string(component.summary());
        String description = catalog.string(component.description());
        try (ArenaScope scope = arenas.enterLibrary()) {
            index.add(id, name, summary, description);
        }
    }

    private long allocate(long size) {
        long block = Native.malloc(size);
        if (block == 0) {
            throw new CommandException(ExitCode.RUN, "the system has no more memory; make --passes smaller");
        }
        table[held++] = block;
        return block;
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
                progress.tell("freeing", i, held);
            }
        }
        held = 0;
    }

    /**
     * SQLite does not tell where its blocks lie; but what is somewhere else is missing in its arena. malloc's account
     * does not say whose an arena is: the one that grows when the application allocates is the application's.
     */
    @Override
    public long misplacedByLibrary() {
        Map<String, Long> before = MallocAccount.inUseInDedicatedArenas(Malloc.info());
        Map<String, Long> after;
        try (ArenaScope own = arenas.enterApplication()) {
            for (int i = 0; i < PROBES; i++) {
                allocate(PROBE_SIZE);
            }
            after = MallocAccount.inUseInDedicatedArenas(Malloc.info());
        }
        free(new Progress(null));
        long missing = libraryLiveBytes();
        for (Map.Entry<String, Long> arena : before.entrySet()) {
            if (after.get(arena.getKey()) - arena.getValue() < PROBES * PROBE_SIZE / 2) {
                missing -= arena.getValue();
            }
        }
        return Math.max(0, missing) / SMALLEST_PAGE;
    }

    @Override
    public long libraryLiveBytes() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            return index.bytes();
        }
    }

    @Override
    public Optional<String> damage() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            return index.damage();
        }
    }

    @Override
    public List<Search> searches() {
        List<Search> searches = new ArrayList<>();
        try (ArenaScope scope = arenas.enterLibrary()) {
            for (String query : queries) {
                searches.add(index.search(query));
            }
        }
        return searches;
    }

    @Override
    public void close() {
        try (ArenaScope scope = arenas.enterLibrary()) {
            index.close();
        }
    }
}
