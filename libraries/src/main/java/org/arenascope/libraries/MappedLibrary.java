package org.arenascope.libraries;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shared library that a Java library has loaded, and what it allocates with: an allocator that is linked into it
 * takes its memory from the system past malloc.
 *
 * @param file      its name
 * @param allocator the allocator inside, or malloc
 */
record MappedLibrary(String file, String allocator) {

    /** How jemalloc begins each of its messages. */
    private static final String JEMALLOC = "<jemalloc>";

    /** Reads the library in memory, all of which is resident from then on: the file may be deleted by now. */
    static MappedLibrary of(Library library) throws IOException {
        List<String> mappings = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> name(line).contains(library.sharedLibrary())).toList();
        if (mappings.isEmpty()) {
            throw new IllegalStateException("no shared library named like '" + library.sharedLibrary() + "' is loaded");
        }
        String allocator = "malloc";
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
            for (String mapping : mappings) {
                String[] fields = mapping.split("[- ]", 4);
                if (fields[2].startsWith("r") && contains(memory, Long.parseLong(fields[0], 16),
                        Long.parseLong(fields[1], 16))) {
                    allocator = "jemalloc";
                }
            }
        }
        return new MappedLibrary(name(mappings.get(0)), allocator);
    }

    private static String name(String mapping) {
        return mapping.substring(mapping.lastIndexOf('/') + 1).replace(" (deleted)", "");
    }

    /** Whether the text is there; mappings begin and end at pages, and no piece is read across two of them. */
    private static boolean contains(RandomAccessFile memory, long start, long end) throws IOException {
        byte[] piece = new byte[1 << 20];
        int overlap = JEMALLOC.length();
        for (long at = start; at < end; at += piece.length - overlap) {
            memory.seek(at);
            int length = memory.read(piece, 0, (int) Math.min(piece.length, end - at));
            if (new String(piece, 0, Math.max(length, 0), StandardCharsets.ISO_8859_1).contains(JEMALLOC)) {
                return true;
            }
        }
        return false;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file);
        json.put("allocator", allocator);
        return json;
    }
}
