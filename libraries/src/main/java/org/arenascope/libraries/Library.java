package org.arenascope.libraries;

import java.nio.file.Path;
import java.util.Locale;

/** The libraries, by the names that their arenas have. */
enum Library {
    ROCKSDB("org.rocksdb", "rocksdbjni", RocksDbLoad::new),
    SQLITE("org.sqlite", "sqlitejdbc", SqliteLoad::new),
    DUCKDB("org.duckdb", "duckdb_java", DuckDbLoad::new),
    ZSTD("com.github.luben.zstd", "zstd-jni", (folder, size) -> new ZstdLoad(size));

    private interface Opener {
        Load open(Path folder, long size) throws Exception;
    }

    private final String javaPackage;
    private final String sharedLibrary;
    private final Opener opener;

    Library(String javaPackage, String sharedLibrary, Opener opener) {
        this.javaPackage = javaPackage;
        this.sharedLibrary = sharedLibrary;
        this.opener = opener;
    }

    /** Opens it in an empty folder, to hold about that many bytes. */
    Load open(Path folder, long size) throws Exception {
        return opener.open(folder, size);
    }

    /** A part of the name of the file that it loads. */
    String sharedLibrary() {
        return sharedLibrary;
    }

    /** All that the agent has to be told: an arena for its package; its threads follow. */
    String agentArgument() {
        return this + "=" + javaPackage + ".**";
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
