package org.arenascope.libraries;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

import org.arenascope.measure.FreshJvm;

/**
 * A release of a library that is measured.
 *
 * @param name    what it is called in tables
 * @param library the library
 * @param jar     the jar of a release other than the class path's, or {@code null}
 */
record Subject(String name, Library library, Path jar) {

    /** A JVM that has it on its class path. */
    FreshJvm jvm(Setting setting, Setting.Place place, PrintWriter err) {
        FreshJvm jvm = setting.jvm(place, library, err);
        return jar == null ? jvm : jvm.before(jar);
    }

    /** All of them; the folder has the jar of the DuckDB that asks malloc. */
    static List<Subject> all(Path folder) {
        return List.of(
                new Subject("rocksdb", Library.ROCKSDB, null),
                new Subject("sqlite", Library.SQLITE, null),
                new Subject("duckdb", Library.DUCKDB, null),
                new Subject("duckdb 1.2.1", Library.DUCKDB, Setting.require(folder.resolve("duckdb-with-malloc.jar"))),
                new Subject("zstd", Library.ZSTD, null));
    }
}
