package org.arenascope.libraries;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.arenascope.measure.Progress;

/**
 * DuckDB with tables in a file and in memory, joins and sorts, and four worker threads; then, for what its C++ code
 * obtains with {@code new}, with many tables and prepared statements.
 */
final class DuckDbLoad implements Load {

    private static final int THREADS = 4;
    /** What a row of the tables takes in memory, by trial. */
    private static final int ROW_BYTES = 64;
    private static final int KEYS = 50_000;
    /** What an empty table takes, by trial. */
    private static final int TABLE_BYTES = 15_000;
    private static final int CONNECTIONS = 8;
    private static final int STATEMENTS = 100;

    private final long rows;
    private final long tables;
    private final String url;
    private final Connection connection;
    /** In the order in which they are to be closed. */
    private final Deque<AutoCloseable> prepared = new ArrayDeque<>();

    DuckDbLoad(Path folder, long size) throws SQLException {
        rows = size / ROW_BYTES;
        tables = size / TABLE_BYTES;
        url = "jdbc:duckdb:" + folder.resolve("file.duckdb");
        connection = DriverManager.getConnection(url);
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

    /** A schema with a table for each of many tenants, and connections that keep prepared statements. */
    @Override
    public void keepMore() throws SQLException {
        for (int i = 0; i < tables; i++) {
            execute("CREATE TABLE held.tenant_" + i + " (id BIGINT PRIMARY KEY, name VARCHAR, city VARCHAR, "
                    + "born DATE, weight DOUBLE, note VARCHAR)");
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            Connection other = DriverManager.getConnection(url);
            prepared.push(other);
            for (int j = 0; j < STATEMENTS; j++) {
                prepared.push(other.prepareStatement("SELECT f.text, k.name, f.weight + " + j
                        + " FROM held.fact f JOIN held.key k ON f.key = k.key"
                        + " WHERE f.id = ? AND k.name <> ? ORDER BY f.weight LIMIT 10"));
            }
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
    public void close() throws Exception {
        while (!prepared.isEmpty()) {
            prepared.pop().close();
        }
        connection.close();
    }
}
