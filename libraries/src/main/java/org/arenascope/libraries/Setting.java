package org.arenascope.libraries;

import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.FreshJvm;

/** What a JVM allocates from, and how. The JVM and what it runs are the same in all. */
enum Setting {
    AGENT("ArenaScope", "the patched glibc, and the agent"),
    PATCHED("patched glibc", "the patched glibc without the agent"),
    STOCK("stock glibc", "Debian's glibc"),
    TRIM("stock, trimmed", "Debian's glibc, and malloc_trim whenever the library is closed"),
    JEMALLOC("jemalloc", "Debian's glibc, with libjemalloc.so.2 preloaded", "libjemalloc.so.2"),
    MIMALLOC("mimalloc", "Debian's glibc, with libmimalloc.so.3 preloaded", "libmimalloc.so.3"),
    TCMALLOC("tcmalloc", "Debian's glibc, with libtcmalloc_minimal.so.4 preloaded", "libtcmalloc_minimal.so.4");

    private final String title;
    private final String description;
    private final String preload;

    Setting(String title, String description) {
        this(title, description, null);
    }

    Setting(String title, String description, String preload) {
        this.title = title;
        this.description = description;
        this.preload = preload;
    }

    String title() {
        return title;
    }

    String description() {
        return description;
    }

    /** A JVM that runs this program's command line like that. */
    FreshJvm jvm(Place place, Library library, PrintWriter err) {
        FreshJvm jvm = new FreshJvm(Main.class, err);
        if (this == AGENT) {
            jvm.option("-javaagent:" + place.agent() + "=" + library.agentArgument());
        } else if (this != PATCHED) {
            jvm.loader(place.stockLoader());
        }
        if (preload != null) {
            jvm.environment("LD_PRELOAD", require(place.systemLibraries().resolve(preload)).toString());
        }
        return jvm;
    }

    /**
     * Where things are in the image.
     *
     * @param agent the agent's jar
     * @param stock a folder with the loader and the libraries of Debian's glibc
     */
    record Place(Path agent, Path stock) {

        List<String> stockLoader() {
            File[] loaders = stock.toFile().listFiles((folder, name) -> name.startsWith("ld-linux-"));
            if (loaders == null || loaders.length != 1) {
                throw missing(stock);
            }
            return List.of(loaders[0].toString(), "--library-path", stock + ":" + systemLibraries());
        }

        Path systemLibraries() {
            return Path.of("/usr/lib", System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux-gnu"
                    : "x86_64-linux-gnu");
        }
    }

    static Path require(Path file) {
        if (!Files.exists(file)) {
            throw missing(file);
        }
        return file;
    }

    private static CommandException missing(Path file) {
        return new CommandException(ExitCode.USAGE, "there is no " + file + " here; run scripts/bench java, whose "
                + "image has all that it takes");
    }
}
