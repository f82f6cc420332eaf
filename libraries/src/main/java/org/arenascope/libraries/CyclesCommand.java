package org.arenascope.libraries;

import com.sun.jna.Function;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Opens, fills, asks and closes a library several times, and looks at the process's memory in between. */
@Command(name = "cycles", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Opens a library, fills it, asks it and closes it, several times, and prints the process's "
                + "memory at each step as JSON.",
        footer = {
            "",
            "The first cycle, a small one, warms up and is not shown. Of each other one there are:",
            "  before     nothing is open",
            "  opened     it is open, and empty",
            "  loaded     it is open, filled and has answered; then DuckDB makes many tables and statements,",
            "             which its own figures do not count",
            "  closed     it was closed",
            "  collected  after a full collection of the Java heap",
            "  trimmed    after malloc_trim, with --trim",
            "each with the resident size, what the JVM has committed for itself (Native Memory Tracking),",
            "the account of the library's arena and the bytes in use in glibc's own arenas (with the",
            "agent), the library's own figures while it is open, and how many threads are named after it.",
            "Sizes are in bytes.",
            "",
            Main.EXIT_CODES})
final class CyclesCommand extends WorkCommand {

    private static final int SMALL = 16;

    @Option(names = "--cycles", defaultValue = "3", paramLabel = "COUNT", description = "Default: ${DEFAULT-VALUE}.")
    private int cycles;

    @Option(names = "--trim", description = "Call malloc_trim when the library is closed.")
    private boolean trim;

    @Option(names = "--idle", defaultValue = "0", paramLabel = "SECONDS",
            description = "Look once more at the end, after so long (default: ${DEFAULT-VALUE}, not at all).")
    private int idle;

    @Override
    void work() throws Exception {
        inFolder(Math.max(size() / SMALL, 1_000_000), load -> {
            load.fill(progress());
            load.query();
            load.ownFigures();
        });
        System.gc();
        now(Map.of());
        List<Map<String, Object>> all = new ArrayList<>();
        for (int i = 0; i < cycles; i++) {
            all.add(cycle());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("library", library().toString());
        json.put("size", size());
        json.put("cycles", all);
        if (idle > 0) {
            Thread.sleep(idle * 1000L);
            json.put("idle", now(Map.of()));
        }
        json.put("mapped", MappedLibrary.of(library()).toJson());
        print(json);
    }

    private Map<String, Object> now(Map<String, Long> ownFigures) throws IOException {
        return Moment.now(library(), ownFigures);
    }

    private Map<String, Object> cycle() throws Exception {
        Map<String, Object> moments = new LinkedHashMap<>();
        moments.put("before", now(Map.of()));
        inFolder(size(), load -> {
            moments.put("opened", now(load.ownFigures()));
            load.fill(progress());
            load.query();
            moments.put("loaded", now(load.ownFigures()));
            load.keepMore();
        });
        moments.put("closed", now(Map.of()));
        System.gc();
        moments.put("collected", now(Map.of()));
        if (trim) {
            Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
            moments.put("trimmed", now(Map.of()));
        }
        return moments;
    }
}
