package org.arenascope.demo;

import com.sun.jna.Native;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;
import org.arenascope.measure.ByteSize;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.Format;
import org.arenascope.measure.ProgressView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a library grow to the limit of its arena, and shows what it does there and what everybody else does. */
@Command(name = "limit", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Gives SQLite an arena with a limit and fills a table in memory until SQLite has no more; then "
                + "raises the limit and goes on.",
        footer = {
            "",
            "Steps, each with the arena's own account (MallocArena.info):",
            "  opened  an empty database",
            "  full    an INSERT has failed with SQLITE_NOMEM; the application still gets memory",
            "  raised  the limit was doubled, and the same INSERT succeeded, and a thousand more",
            "  closed  SQLite has freed the database",
            "The arena is closed at the end, and with its last block it is gone.",
            "",
            "Exit status:",
            "  0  all that happened",
            "  1  it did not, or the arena had more than its limit at any time",
            "  2  the command line is wrong",
            "  3  this glibc has no arenas of one's own",
            "  4  SQLite could not be used"})
final class LimitCommand implements Callable<Integer> {

    private static final long LEAST = 2_000_000;
    private static final long MOST = 1_000_000_000;
    private static final int MORE_ROWS = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--limit", defaultValue = "32m", paramLabel = "SIZE", converter = ByteSize.Converter.class,
            description = "What the arena may have from the system, 2m to 1g; k, m and g are powers of 1000 "
                    + "(default: ${DEFAULT-VALUE}).")
    private long limit;

    @Option(names = "--format", defaultValue = "text", paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). json gives one object, sizes in "
                    + "bytes.")
    private Format format;

    private final List<LimitReport.Step> steps = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    @Override
    public Integer call() {
        if (limit < LEAST || limit > MOST) {
            throw new CommandException(ExitCode.USAGE, "--limit must be from 2m to 1g, not " + limit);
        }
        if (!MallocArena.isSupported()) {
            throw new CommandException(ExitCode.UNSUPPORTED, MallocArena.unsupportedReason().orElse("no arenas here")
                    + System.lineSeparator() + "Run this in the image that scripts/demo makes: docker run --rm "
                    + "arenascope-demo:jdk21 limit");
        }
        LimitReport report;
        try (ProgressView view = ProgressView.of("limit")) {
            report = run(view);
        } catch (SQLException e) {
            throw new CommandException(ExitCode.RUN, "SQLite could not go on: " + e.getMessage());
        }
        print(report);
        return report.good() ? ExitCode.OK : ExitCode.HELD;
    }

    private LimitReport run(ProgressView view) throws SQLException {
        MallocArena arena = MallocArena.builder("sqlite").limit(limit).create();
        String failure;
        try (LimitedDatabase database = new LimitedDatabase(arena)) {
            record("opened", database, arena);
            failure = fill(database, arena, view);
            record("full", database, arena);
            applicationGoesOn();
            arena.limit(2 * limit);
            for (int i = 0; i <= MORE_ROWS; i++) {
                database.insert();
            }
            record("raised", database, arena);
            String damage = database.damage();
            check(damage == null, "the database is damaged: " + damage);
        }
        steps.add(new LimitReport.Step("closed", 0, arena.info()));
        arena.close();
        check(arena.isRetired(), "the arena was not retired");
        for (LimitReport.Step step : steps) {
            ArenaInfo info = step.info();
            check(info.peakBytes() <= info.limitBytes(), "the arena had " + info.peakBytes() + " bytes, more than its "
                    + "limit of " + info.limitBytes());
        }
        return new LimitReport(limit, List.copyOf(steps), failure, limit, arena.isRetired(), List.copyOf(faults));
    }

    /** Inserts rows until one fails, and says how. */
    private String fill(LimitedDatabase database, MallocArena arena, ProgressView view) throws SQLException {
        try {
            for (int i = 0; ; i++) {
                database.insert();
                if (i % 1024 == 0) {
                    view.show("filling", (int) (arena.info().systemBytes() * 100 / limit));
                }
            }
        } catch (SQLException e) {
            if (!LimitedDatabase.isOutOfMemory(e)) {
                throw e;
            }
            return e.getMessage();
        }
    }

    /** As much memory as the library may have at all, outside of its arena. */
    private void applicationGoesOn() {
        long block = Native.malloc(limit);
        check(block != 0, "the application got no memory of its own");
        Native.free(block);
    }

    private void record(String name, LimitedDatabase database, MallocArena arena) {
        steps.add(new LimitReport.Step(name, database.rows(), arena.info()));
    }

    private void check(boolean promise, String fault) {
        if (!promise) {
            faults.add(fault);
        }
    }

    private void print(LimitReport report) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (format == Format.JSON) {
            out.println(report.json());
        } else {
            String megabytes = ByteSize.megabytes(limit);
            out.println("SQLite with a database in memory, in an arena that may have " + megabytes + " MB; in MB "
                    + "(10^6 bytes):");
            out.println();
            out.println(report.table());
            out.println();
            if (report.good()) {
                out.println("When the arena was full, an INSERT failed: " + report.failure());
                out.println("The application still got " + megabytes + " MB for itself. With the limit at "
                        + ByteSize.megabytes(2 * limit) + " MB the same");
                out.println("INSERT succeeded, and SQLite found its database in order.");
            }
        }
        report.faults().forEach(fault -> err.println("FAILED: " + fault + "."));
    }
}
