package org.arenascope.libraries;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.arenascope.measure.Progress;

/** DuckDB with tables in a file and in memory, joins and sorts, and four worker threads. */
final class DuckDbLoad implements Load {

    private static final int THREADS = 4;
    /** What a row of the tables takes in memory, by trial. */
    private static final int ROW_BYTES = 64;
    private static final int KEYS = 50_000;

    private final long rows;
    private final Connection connection;

    DuckDbLoad(Path folder, long size) throws SQLException {
        rows = size / ROW_BYTES;
        connection = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("file.duckdb"));
        execute("SET threads = " + THREADS);
        execute("SET memory_limit = '" + size * 16 / 1_000_000 + "MB'");
        execute("ATTACH ':memory:' AS held");
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private long ask(String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Override
    public void fill(Progress progress) throws SQLException {
        progress.tell("writing", 0, 3);
        execute("CREATE TABLE fact AS SELECT i AS id, hash(i) % " + KEYS + " AS key, random() AS weight, "
                + "md5(i::VARCHAR) AS text FROM range(" + rows + ") t(i)");
        progress.tell("writing", 1, 3);
        execute("CREATE TABLE held.fact AS SELECT * FROM fact");
        execute("CREATE TABLE held.key AS SELECT i AS key, 'key ' || i AS name FROM range(" + KEYS + ") t(i)");
        progress.tell("writing", 2, 3);
        execute("CHECKPOINT");
    }

    @Override
    public void query() throws SQLException {
        long joined = ask("SELECT count(*) FROM held.fact f JOIN held.key k ON f.key = k.key WHERE k.name <> ''");
        long grouped = ask("SELECT sum(n) FROM (SELECT key, count(*) n FROM fact GROUP BY key)");
        long sorted = ask("SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY text) FROM held.fact)");
        if (joined != rows || grouped != rows || sorted != rows) {
            throw new IllegalStateException("DuckDB lost rows: " + joined + ", " + grouped + ", " + sorted + " of "
                    + rows);
        }
    }

    @Override
    public Map<String, Long> ownFigures() throws SQLException {
        Map<String, Long> figures = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT tag, memory_usage_bytes FROM duckdb_memory() "
                        + "WHERE memory_usage_bytes > 0 ORDER BY tag")) {
            while (result.next()) {
                figures.put(result.getString(1).toLowerCase(Locale.ROOT).replace('_', ' '), result.getLong(2));
            }
        }
        return figures;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
