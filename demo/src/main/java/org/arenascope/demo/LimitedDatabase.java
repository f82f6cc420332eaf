package org.arenascope.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

import org.arenascope.ArenaScope;
import org.arenascope.MallocArena;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A table in an in-memory database of SQLite's, all of which lies in an arena: each method opens a scope around its
 * call. What SQLite allocates is refused beyond the arena's limit.
 */
final class LimitedDatabase implements AutoCloseable {

    private static final String URL = "jdbc:sqlite::memory:";
    private static final int ROW_BYTES = 1_000;

    private final MallocArena arena;
    private final Random random = new Random(7);
    private final byte[] row = new byte[ROW_BYTES];
    private final Connection connection;
    /** {@code null} after a failure, with which the driver gives the statement up. */
    private PreparedStatement insert;
    private long rows;

    /** Opens the database and makes an empty table. */
    LimitedDatabase(MallocArena arena) throws SQLException {
        this.arena = arena;
        // Loads the driver and the library outside of the arena: what they keep is nobody's part of a limit.
        DriverManager.getConnection(URL).close();
        try (ArenaScope scope = arena.enter()) {
            connection = DriverManager.getConnection(URL);
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
            }
        }
    }

    /** Inserts one more row, or throws and leaves the table as it was. */
    void insert() throws SQLException {
        if (insert == null) {
            try (ArenaScope scope = arena.enter()) {
                insert = connection.prepareStatement("INSERT INTO entry (body) VALUES (?)");
            }
        }
        random.nextBytes(row);
        insert.setBytes(1, row);
        try (ArenaScope scope = arena.enter()) {
            insert.executeUpdate();
        } catch (SQLException e) {
            insert.close();
            insert = null;
            throw e;
        }
        rows++;
    }

    /** How many were inserted. */
    long rows() {
        return rows;
    }

    /** Whether SQLite says so when malloc has returned {@code NULL}. */
    static boolean isOutOfMemory(SQLException e) {
        return e instanceof SQLiteException failure && failure.getResultCode() == SQLiteErrorCode.SQLITE_NOMEM;
    }

    /** What is wrong with the database, or {@code null}. */
    String damage() throws SQLException {
        String check = ask("PRAGMA integrity_check");
        String count = ask("SELECT count(*) FROM entry");
        return !check.equals("ok") ? check
                : !count.equals(Long.toString(rows)) ? count + " rows of " + rows + " are there" : null;
    }

    private String ask(String query) throws SQLException {
        try (ArenaScope scope = arena.enter();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        try (ArenaScope scope = arena.enter()) {
            if (insert != null) {
                insert.close();
            }
            connection.close();
        }
    }
}
