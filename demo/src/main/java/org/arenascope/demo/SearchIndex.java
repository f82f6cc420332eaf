package org.arenascope.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;

/**
 * The library of the workload {@code catalog}: an in-memory full-text index in SQLite. Every method calls into SQLite
 * and is to be called in the library's scope; each one leaves nothing open that outlives the index.
 */
final class SearchIndex implements AutoCloseable {

    private static final int HITS_SHOWN = 3;
    /** The same component is in the index once for each pass. */
    private static final int HITS_READ = 100;

    private final Connection connection;
    private final PreparedStatement insert;

    SearchIndex() {
        try {
            connection = DriverManager.getConnection("jdbc:sqlite::memory:");
            try (Statement statement = connection.createStatement()) {
                // Nobody rolls back: a journal of an in-memory database would be a second copy in the same malloc.
                statement.execute("PRAGMA journal_mode=OFF");
                statement.execute("CREATE VIRTUAL TABLE catalog USING fts5(id UNINDEXED, name, summary, description)");
            }
            connection.setAutoCommit(false);
            insert = connection.prepareStatement("INSERT INTO catalog VALUES (?, ?, ?, ?)");
        } catch (SQLException e) {
            throw failure("cannot make an index", e);
        }
    }

    void add(String id, String name, String summary, String description) {
        try {
            insert.setString(1, id);
            insert.setString(2, name);
            insert.setString(3, summary);
            insert.setString(4, description);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw failure("cannot add " + id + " to the index", e);
        }
    }

    void commit() {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw failure("cannot finish the index", e);
        }
    }

    /** The best hits for all of the query's words. */
    Search search(String query) {
        String match = Arrays.stream(query.trim().split("\\s+"))
                .map(word -> '"' + word.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(" "));
        Map<String, Search.Hit> hits = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id, name, summary FROM catalog WHERE catalog MATCH ? ORDER BY rank LIMIT " + HITS_READ)) {
            select.setString(1, match);
            try (ResultSet found = select.executeQuery()) {
                while (found.next() && hits.size() < HITS_SHOWN) {
                    Search.Hit hit = new Search.Hit(found.getString(1), found.getString(2), found.getString(3));
                    hits.putIfAbsent(hit.id(), hit);
                }
            }
        } catch (SQLException e) {
            throw failure("cannot search for '" + query + "'", e);
        }
        return new Search(query, List.copyOf(hits.values()));
    }

    /** The size of the in-memory database. */
    long bytes() {
        return number("PRAGMA page_count") * number("PRAGMA page_size");
    }

    private long number(String pragma) {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(pragma)) {
            return result.getLong(1);
        } catch (SQLException e) {
            throw failure("cannot ask " + pragma, e);
        }
    }

    /** What SQLite finds wrong when it reads the whole index against the text. */
    Optional<String> damage() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO catalog(catalog) VALUES ('integrity-check')");
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of("SQLite's own check of the index failed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            insert.close();
            connection.close();
        } catch (SQLException e) {
            throw failure("cannot close the index", e);
        }
    }

    private static CommandException failure(String what, SQLException cause) {
        return new CommandException(ExitCode.RUN, "SQLite " + what + ": " + cause.getMessage());
    }
}
