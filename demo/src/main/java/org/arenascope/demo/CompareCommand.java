package org.arenascope.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;

import org.arenascope.MallocArena;
import org.arenascope.measure.ByteSize;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.Format;
import org.arenascope.measure.FreshJvm;
import org.arenascope.measure.MallocAccount;
import org.arenascope.measure.ProgressView;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a workload in a fresh JVM for each mode and shows the results side by side. */
@Command(name = "compare", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        sortOptions = false,
        description = "Runs a workload in a fresh JVM for each mode and shows what the process still holds when the "
                + "application has freed all its blocks.",
        footer = {
            "",
            "Modes:",
            "  default    one malloc for application and library, as everywhere",
            "  arena      the library in a dedicated arena",
            "  arena-app  the application's native blocks in one of their own as well",
            "",
            "Workloads:",
            "  seed       Blocks of one size; a library, netio, keeps some of them in a private cache.",
            "             Its live bytes are what it has requested from malloc, by its own count.",
            "  catalog    Debian's software catalog. The application keeps each component's entries,",
            "             releases, descriptions and icons in native memory; SQLite, through",
            "             sqlite-jdbc, builds a full-text index of it in memory. Its live bytes are the",
            "             size of that database, page_count times page_size, without what SQLite needs",
            "             beside its pages.",
            "",
            "The baseline is taken when everything has run once, in a JVM with a heap of fixed size and",
            FreshJvm.FLAGS_1,
            FreshJvm.FLAGS_2 + ";",
            "--verbose shows the whole command. \"JVM growth\" is what that JVM has committed for itself",
            "from then until the application had freed, by its Native Memory Tracking.",
            "",
            "Exit status:",
            "  0  the memory came back",
            "  1  it did not: the library's data was damaged; or a block lies in the wrong arena (each",
            "     one is looked up; where SQLite's lie is told from malloc's account of the arenas);",
            "     or a process holds more over its baseline than",
            "     1.25 times the library's live bytes plus 1.5 MB (seed) or 24 MB (catalog). In arena-app",
            "     that counts when the application has freed, in arena after a trim, or at once with",
            "     --arena-return; default promises nothing.",
            "  2  the command line or the catalog is wrong",
            "  3  this glibc has no arenas of one's own",
            "  4  a run could not be finished"})
final class CompareCommand implements Callable<Integer> {

    private enum WorkloadName {
        SEED("seed", 1_500_000),
        CATALOG("catalog", 24_000_000);

        private final String name;
        private final long allowance;

        WorkloadName(String name, long allowance) {
            this.name = name;
            this.allowance = allowance;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--workload", defaultValue = "seed", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private WorkloadName workload;

    @Option(names = "--mode", paramLabel = "MODE", converter = Mode.Converter.class,
            completionCandidates = Mode.Names.class,
            description = "${COMPLETION-CANDIDATES}; may be repeated (default: all three).")
    private List<Mode> modes = List.of();

    @Option(names = "--format", defaultValue = "text", paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). json gives one object, sizes in "
                    + "bytes, rss absolute.")
    private Format format;

    @Option(names = "--arena-return",
            description = "Let the default arenas give memory back too (Malloc.returnMemory).")
    private boolean arenaReturn;

    @Option(names = "--malloc-stats",
            description = "Show glibc's own account of its arenas, on standard error.")
    private boolean mallocStats;

    @Option(names = "--verbose", description = "Show the command of each run, on standard error.")
    private boolean verbose;

    @ArgGroup(exclusive = false, validate = false, heading = "%nFor the workload seed:%n")
    private SeedOptions seed = new SeedOptions();

    @ArgGroup(exclusive = false, validate = false, heading = "%nFor the workload catalog:%n")
    private CatalogOptions catalog = new CatalogOptions();

    @Override
    public Integer call() throws IOException {
        Set<Mode> chosen = modes.isEmpty() ? EnumSet.allOf(Mode.class) : EnumSet.copyOf(modes);
        refuseStrayOptions();
        if ((arenaReturn || chosen.stream().anyMatch(Mode::needsArenas)) && !MallocArena.isSupported()) {
            throw new CommandException(ExitCode.UNSUPPORTED, MallocArena.unsupportedReason().orElse("no arenas here")
                    + System.lineSeparator() + "Run scripts/demo, which uses an image with the patched glibc; or add "
                    + "--mode default, which runs on any.");
        }
        return switch (workload) {
            case SEED -> compareSeed(chosen);
            case CATALOG -> compareCatalog(chosen);
        };
    }

    private int compareSeed(Set<Mode> chosen) {
        SeedWorkload.Load load = seed.load();
        String title = String.format(Locale.ROOT, "seed: %s MB in %,d blocks of %d bytes, %d %% of them netio's",
                ByteSize.megabytes(load.size()), load.blocks(), load.blockSize(), load.libraryShare());
        return compare(title, chosen, load.heapBytes(), List.of(
                "--size", Long.toString(load.size()),
                "--block-size", Integer.toString(load.blockSize()),
                "--library-share", Integer.toString(load.libraryShare())));
    }

    private int compareCatalog(Set<Mode> chosen) throws IOException {
        Catalog read;
        try (ProgressView view = ProgressView.of("catalog")) {
            read = catalog.read((done, total) -> view.show("reading", (int) (total == 0 ? 100 : done * 100 / total)));
        }
        String title = String.format(Locale.ROOT, "catalog: %,d components with %,d icons, read %s",
                read.components(), read.icons(), catalog.passes == 1 ? "once" : catalog.passes + " times");
        Path prepared = Files.createTempFile("arenascope-catalog", null);
        try {
            read.save(prepared);
            List<String> arguments = new ArrayList<>(List.of(
                    "--prepared-catalog", prepared.toString(),
                    "--passes", Integer.toString(catalog.passes)));
            for (String query : catalog.queries) {
                arguments.add("--query=" + query);
            }
            return compare(title, chosen, CatalogWorkload.heapBytes(read, catalog.passes), arguments);
        } finally {
            Files.deleteIfExists(prepared);
        }
    }

    private int compare(String title, Set<Mode> chosen, long tables, List<String> workloadArguments) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        FreshJvm jvm = new FreshJvm(Main.class, err).steady(tables);
        List<ModeResult> results = new ArrayList<>();
        for (Mode mode : chosen) {
            List<String> arguments = new ArrayList<>(List.of("run", "--mode", mode.toString()));
            arguments.addAll(workloadArguments);
            if (arenaReturn) {
                arguments.add("--arena-return");
            }
            if (mallocStats) {
                arguments.add("--malloc-stats");
            }
            if (ProgressView.isWatched()) {
                arguments.add("--progress");
            }
            if (verbose) {
                err.println(String.join(" ", jvm.command()) + " " + String.join(" ", arguments));
            }
            try (ProgressView view = ProgressView.of(workload + ", " + mode)) {
                results.add(ModeResult.fromJson(jvm.run(arguments, view::show)));
            }
        }
        Verdict verdict = Verdict.on(results, workload.allowance, arenaReturn);
        if (mallocStats) {
            results.forEach(result -> showMallocAccount(result, err));
        }
        if (format == Format.JSON) {
            out.println(JsonReport.of(workload.toString(), results, verdict));
            if (!verdict.good()) {
                verdict.sentences().forEach(err::println);
            }
        } else {
            new TextReport(out).print(title, results, verdict);
        }
        return verdict.good() ? ExitCode.OK : ExitCode.HELD;
    }

    private static void showMallocAccount(ModeResult result, PrintWriter err) {
        MallocAccount account = new MallocAccount();
        result.mallocInfo().forEach(account::add);
        err.println("malloc's own account, mode " + result.mode() + ":");
        err.println(account.table());
        err.println("What is free is malloc's to reuse; its pages may have gone back to the system all the same.");
        err.println();
    }

    /** An option of the workload that is not run would be ignored without a word. */
    private void refuseStrayOptions() {
        List<String> stray = workload == WorkloadName.SEED
                ? List.of("--catalog", "--icons", "--passes", "--query")
                : List.of("--size", "--block-size", "--library-share");
        WorkloadName other = workload == WorkloadName.SEED ? WorkloadName.CATALOG : WorkloadName.SEED;
        for (String option : stray) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new CommandException(ExitCode.USAGE, option + " is for --workload " + other + "; this is --workload "
                        + workload);
            }
        }
    }
}
