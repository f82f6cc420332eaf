package org.arenascope.libraries;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.arenascope.measure.JvmMemory;
import org.arenascope.measure.ResidentSize;

/** What the process holds at one moment, by the account of everybody who keeps one. */
final class Moment {

    private static final JvmMemory JVM = new JvmMemory();

    private Moment() {
    }

    /** As JSON. Reading the resident size comes first: the others allocate. */
    static Map<String, Object> now(Library library, Map<String, Long> ownFigures) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rss", ResidentSize.read());
        json.put("jvm", JVM.committed());
        Arenas.account(library).ifPresent(account -> json.put("arena", account));
        Arenas.inUseOutside().ifPresent(inUse -> json.put("outside", inUse));
        json.put("own", ownFigures);
        json.put("named_threads", threadsNamedAfter(library));
        return json;
    }

    /** The threads of this process whose names begin with the library's and a colon, as those of RocksDB's pool do. */
    private static long threadsNamedAfter(Library library) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).startsWith(library + ":")) {
                    count++;
                }
            }
        } catch (NoSuchFileException e) {
            return threadsNamedAfter(library);
        }
        return count;
    }
}
