package org.arenascope.agent;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import org.arenascope.MallocArena;
import org.junit.jupiter.api.Test;
import org.sqlite.Function;

/** Libraries as they come from others, in applications that know nothing of arenas. */
class RealLibrariesTest {
    private static void run(Class<?> program) throws Exception {
        AgentJvm.withScopes("zstd=com.github.luben.zstd.**;sqlite(limit=64m)=org.sqlite.**").run(program)
                .assertSilentSuccess();
    }

    private static void expectInUse(String arena, long least) {
        MallocArena found = Expect.arena(arena);
        if (found.isIsolated() && found.info().inUseBytes() < least) {
            throw new AssertionError(arena + " has " + found.info());
        }
    }

    @Test
    void zstdCompressesInItsArena() throws Exception {
        run(Zstandard.class);
    }

    static final class Zstandard {
        public static void main(String[] args) throws Exception {
            byte[] data = new byte[1 << 20];
            Arrays.setAll(new int[data.length], i -> data[i] = (byte) (i * 31 >> 7));
            try (ZstdCompressCtx compress = new ZstdCompressCtx(); ZstdDecompressCtx decompress =
                    new ZstdDecompressCtx()) {
                compress.setLevel(9).setWorkers(2);
                byte[] compressed = compress.compress(data);
                Expect.equal(true, Arrays.equals(data, decompress.decompress(compressed, data.length)));
                Expect.equal((long) data.length, Zstd.getFrameContentSize(compressed));
                expectInUse("zstd", 1 << 20);
            }
            Expect.equal(true, Expect.arena("zstd").scopes() > 5);
        }
    }

    @Test
    void sqliteRunsInItsArenaAndSoDoesWhatItsFunctionsInJavaCallOfIt() throws Exception {
        run(Sqlite.class);
    }

    static final class Sqlite {
        public static void main(String[] args) throws Exception {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                    Statement statement = connection.createStatement()) {
                Function.create(connection, "packed", new Function() {
                    @Override
                    protected void xFunc() throws SQLException {
                        result(Zstd.compress(value_blob(0)).length);
                    }
                });
                statement.execute("CREATE TABLE t (a BLOB)");
                statement.execute("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                        + " INSERT INTO t SELECT zeroblob(1000) FROM n");
                try (ResultSet rows = statement.executeQuery("SELECT count(*), max(packed(a)) FROM t")) {
                    Expect.equal(true, rows.next());
                    Expect.equal(1000, rows.getInt(1));
                    Expect.equal(true, rows.getInt(2) < 100);
                }
                expectInUse("sqlite", 1 << 20);
                Expect.equal(true, Expect.arena("zstd").scopes() >= 1000);
                try {
                    statement.execute("SELECT no_such_function()");
                    throw new AssertionError("nothing was thrown");
                } catch (SQLException e) {
                    Expect.equal(true, e.getMessage().contains("no_such_function"));
                }
            }
            Expect.noThreadInArena();
        }
    }
}
