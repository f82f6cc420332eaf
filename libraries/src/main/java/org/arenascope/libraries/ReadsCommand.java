package org.arenascope.libraries;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast one thread reads single records that are in the library's memory. */
@Command(name = "reads", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Fills a database, says that it is ready, and then, for each line on standard input, reads "
                + "single records for a while, all of them in the library's memory, and prints how many in a second "
                + "of the reading thread's processor time.",
        footer = {"", Main.EXIT_CODES})
final class ReadsCommand extends WorkCommand {

    static final String READY = "ready";

    private static final long WARM_UP_NANOS = 4_000_000_000L;
    private static final long ROUND_NANOS = 200_000_000;
    /** Between two looks at the clock. */
    private static final int READS = 200;

    @Option(names = "--in-memory", description = "Read from SQLite's database in memory, not from the one in a file.")
    private boolean inMemory;

    @Override
    void work() throws Exception {
        inFolder(size(), load -> {
            if (!(load instanceof PointReads reads)) {
                throw new CommandException(ExitCode.USAGE, library() + " has no single records to read");
            }
            if (inMemory && !(load instanceof SqliteLoad)) {
                throw new CommandException(ExitCode.USAGE, library() + " has no database in memory");
            }
            load.fill(progress());
            if (inMemory) {
                ((SqliteLoad) load).prepareInMemory();
            } else {
                reads.prepare();
            }
            perSecond(reads, WARM_UP_NANOS);
            out().println(READY);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                out().println(perSecond(reads, ROUND_NANOS));
            }
        });
    }

    /** By the thread's processor time: what else runs on the machine takes none of it. */
    private static double perSecond(PointReads reads, long nanos) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long count = 0;
        long elapsed;
        do {
            for (int i = 0; i < READS; i++) {
                reads.readOne();
            }
            count += READS;
            elapsed = threads.getCurrentThreadCpuTime() - start;
        } while (elapsed < nanos);
        return count * 1e9 / elapsed;
    }
}
