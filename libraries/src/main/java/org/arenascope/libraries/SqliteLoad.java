package org.arenascope.libraries;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import org.arenascope.measure.Progress;
import org.sqlite.SQLiteConfig;

/** SQLite twice: a file with an index and full-text search behind a page cache, and a database in memory. */
final class SqliteLoad implements Load, PointReads {

    /**
     * The extension that gives SQLite's figures as SQL functions: the driver exports nothing of SQLite's C API. The
     * image has it.
     */
    static final Path STATUS = Path.of("/usr/local/lib/arenascope/sqlite-status.so");

    private static final String[] WORDS = ("arena block cache database delete entry filter growth heap index journal"
            + " key library malloc native open page query record scope table update value write").split(" ");
    private static final int BODY_WORDS = 40;
    private static final int BLOB_BYTES = 1_000;
    /**
     * By the codes of sqlite3_db_status. sqlite3_memory_used, the sum of all, is always 0 here: the driver's library is
     * built with SQLITE_DEFAULT_MEMSTATUS=0.
     */
    private static final Map<Integer, String> PARTS = Map.of(1, "page cache", 2, "schema", 3, "statements");

    private final long size;
    private final Random random = new Random(13);
    private final Connection file;
    private final Connection memory;
    private long documents;
    private long blobs;
    private PreparedStatement point;
    private boolean pointsInMemory;

    SqliteLoad(Path folder, long size) throws SQLException {
        this.size = size;
        file = open("jdbc:sqlite:" + folder.resolve("file.db"));
        try (Statement statement = file.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = NORMAL");
            statement.execute("PRAGMA cache_size = -" + size / 2 / 1024);
            statement.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, title TEXT, body TEXT)");
            statement.execute("CREATE INDEX document_title ON document (title)");
            statement.execute("CREATE VIRTUAL TABLE text "
                    + "USING fts5 (body, content = 'document', content_rowid = 'id')");
        }
        memory = open("jdbc:sqlite::memory:");
        try (Statement statement = memory.createStatement()) {
            statement.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, body BLOB)");
        }
    }

    private static Connection open(String url) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.enableLoadExtension(true);
        Connection connection = config.createConnection(url);
        if (Files.exists(STATUS)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT load_extension('" + STATUS + "')");
            }
        }
        return connection;
    }

    @Override
    public void fill(Progress progress) throws SQLException {
        file.setAutoCommit(false);
        long pages = size * 3 / 4 / 4096;
        try (PreparedStatement document = file.prepareStatement("INSERT INTO document VALUES (?, ?, ?)");
                PreparedStatement text = file.prepareStatement("INSERT INTO text (rowid, body) VALUES (?, ?)")) {
            for (long now = 0; now < pages; now = ask(file, "PRAGMA page_count")) {
                for (int i = 0; i < 1_000; i++) {
                    insertDocument(document, text);
                }
                file.commit();
                progress.tell("writing to the file", now, pages);
            }
        }
        file.setAutoCommit(true);
        memory.setAutoCommit(false);
        long enough = size / 2 / BLOB_BYTES;
        byte[] blob = new byte[BLOB_BYTES];
        try (PreparedStatement entry = memory.prepareStatement("INSERT INTO entry VALUES (?, ?)")) {
            for (; blobs < enough; blobs++) {
                random.nextBytes(blob);
                entry.setLong(1, blobs);
                entry.setBytes(2, blob);
                entry.executeUpdate();
                progress.tell("writing to memory", blobs, enough);
            }
        }
        memory.setAutoCommit(true);
    }

    private void insertDocument(PreparedStatement document, PreparedStatement text) throws SQLException {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < BODY_WORDS; i++) {
            body.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(50)).append(' ');
        }
        document.setLong(1, documents);
        document.setString(2, title(documents));
        document.setString(3, body.toString());
        document.executeUpdate();
        text.setLong(1, documents);
        text.setString(2, body.toString());
        text.executeUpdate();
        documents++;
    }

    private static String title(long number) {
        return "title " + number;
    }

    @Override
    public void query() throws SQLException {
        try (PreparedStatement point = file.prepareStatement("SELECT id FROM document WHERE title = ?")) {
            for (int i = 0; i < 20_000; i++) {
                long id = random.nextLong(documents);
                point.setString(1, title(id));
                try (ResultSet result = point.executeQuery()) {
                    require(result.next() && result.getLong(1) == id, "document " + id);
                }
            }
        }
        long found = ask(file, "SELECT count(*) FROM (SELECT rowid FROM text WHERE text MATCH 'arena1 OR heap2' "
                + "ORDER BY rank LIMIT 100)");
        require(found == 100, "documents");
        require(ask(memory, "SELECT count(*) FROM entry") == blobs, "entries");
    }

    @Override
    public void prepare() throws SQLException {
        try (Statement statement = file.createStatement()) {
            statement.execute("PRAGMA cache_size = -" + 2 * size / 1024);
        }
        require(ask(file, "SELECT sum(length(body)) FROM document") > 0, "documents");
        point = file.prepareStatement("SELECT body FROM document WHERE id = ?");
    }

    /** Prepares the cheapest reads there are instead: of a number, from a database that has no file to lock. */
    void prepareInMemory() throws SQLException {
        point = memory.prepareStatement("SELECT length(body) FROM entry WHERE id = ?");
        pointsInMemory = true;
    }

    @Override
    public void readOne() throws SQLException {
        point.setLong(1, random.nextLong(pointsInMemory ? blobs : documents));
        try (ResultSet result = point.executeQuery()) {
            require(result.next() && (pointsInMemory ? result.getInt(1) == BLOB_BYTES
                    : result.getString(1).length() > BODY_WORDS), "an entry");
        }
    }

    private static void require(boolean found, String what) {
        if (!found) {
            throw new IllegalStateException("SQLite lost " + what);
        }
    }

    private static long ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
            return result.getLong(1);
        }
    }

    @Override
    public Map<String, Long> ownFigures() throws SQLException {
        Map<String, Long> figures = new LinkedHashMap<>();
        if (Files.exists(STATUS)) {
            for (Map.Entry<Integer, String> part : PARTS.entrySet()) {
                String query = "SELECT arenascope_db_status(" + part.getKey() + ")";
                figures.put(part.getValue(), ask(file, query) + ask(memory, query));
            }
        }
        return figures;
    }

    @Override
    public void close() throws SQLException {
        if (point != null) {
            point.close();
        }
        file.close();
        memory.close();
    }
}
