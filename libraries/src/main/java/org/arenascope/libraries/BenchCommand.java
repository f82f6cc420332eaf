package org.arenascope.libraries;

import com.fasterxml.jackson.jr.ob.JSON;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.arenascope.measure.ByteSize;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.FreshJvm;
import org.arenascope.measure.ProgressView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the libraries with the agent, and without it beside other allocators, each time in a fresh JVM. */
@Command(name = "bench", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Measures real libraries in fresh JVMs, with the agent on the command line and without it beside "
                + "other allocators, and prints what came out beside the goals.",
        footer = {
            "",
            "Items:",
            "  2  how fast RocksDB and SQLite read single records, with the agent and without, in a second",
            "     of the reading thread's processor time",
            "  3  what the arenas' accounts say beside the libraries' own figures; what is left of a",
            "     library in its arena when it was closed, and of the process's resident size beside",
            "     other allocators",
            "  4  what becomes of a service that opens and closes one database after the other",
            "",
            "The JVMs of items 3 and 4 have a heap of fixed size and",
            FreshJvm.FLAGS_1,
            FreshJvm.FLAGS_2,
            "",
            "Exit status: 0: all was measured, also if a goal was missed; 2: the command line is wrong;",
            "3: the agent made no arena; 4: it could not be finished."})
final class BenchCommand implements Callable<Integer> {

    private static final List<Setting> MEMORY_SETTINGS = List.of(Setting.AGENT, Setting.STOCK, Setting.TRIM,
            Setting.JEMALLOC, Setting.MIMALLOC, Setting.TCMALLOC);
    private static final List<Setting> SERVICE_SETTINGS = List.of(Setting.AGENT, Setting.STOCK);
    private static final List<Setting> SPEED_SETTINGS = List.of(Setting.PATCHED, Setting.AGENT, Setting.STOCK);
    private static final long HEAP = 64_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Smaller loads and fewer rounds: ten minutes instead of forty.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the same with more detail there.")
    private Path json;

    @Option(names = "--items", paramLabel = "DIGITS", defaultValue = "234",
            description = "Only these of the items (default: ${DEFAULT-VALUE}).")
    private String items;

    @Option(names = "--library", paramLabel = "NAME", description = "Only this one; may be repeated.")
    private List<Library> libraries = List.of(Library.values());

    @Option(names = "--agent", paramLabel = "JAR", defaultValue = "/opt/arenascope/arenascope-agent.jar",
            description = "The agent (default: ${DEFAULT-VALUE}).")
    private Path agent;

    @Option(names = "--stock", paramLabel = "FOLDER", defaultValue = "/opt/stock-glibc",
            description = "The loader and libraries of the unpatched glibc (default: ${DEFAULT-VALUE}).")
    private Path stock;

    private final Findings findings = new Findings();
    private final Map<String, Object> detail = new LinkedHashMap<>();
    private PrintWriter out;
    private PrintWriter err;
    private Setting.Place place;

    @Override
    public Integer call() throws IOException, URISyntaxException {
        if (!items.matches("[234]+")) {
            throw new CommandException(ExitCode.USAGE, "--items must be of the digits 2, 3 and 4, not '" + items + "'");
        }
        out = spec.commandLine().getOut();
        err = spec.commandLine().getErr();
        place = new Setting.Place(Setting.require(agent), stock);
        Path program = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
        List<Subject> subjects = Subject.all(program).stream()
                .filter(subject -> libraries.contains(subject.library())).toList();
        if (items.contains("2")) {
            subjects.stream().filter(subject -> Set.of(Library.ROCKSDB, Library.SQLITE).contains(subject.library()))
                    .forEach(subject -> speed(subject, false));
            subjects.stream().filter(subject -> subject.library() == Library.SQLITE)
                    .forEach(subject -> speed(subject, true));
        }
        if (items.contains("3")) {
            MEMORY_SETTINGS.forEach(setting -> out.println(setting.title() + ": " + setting.description()));
            out.println();
            subjects.forEach(this::memory);
        }
        if (items.contains("4")) {
            service(subjects.stream().filter(subject -> subject.library() != Library.ZSTD).toList());
        }
        out.println(findings.table());
        if (json != null) {
            write();
        }
        return ExitCode.OK;
    }

    private void write() throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("java", Runtime.version().toString());
        report.put("processors", Runtime.getRuntime().availableProcessors());
        report.put("quick", quick);
        report.put("findings", findings.toJson());
        report.putAll(detail);
        Files.writeString(json, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report) + "\n");
    }

    private Map<String, Object> run(String command, Subject subject, Setting setting, List<String> options) {
        FreshJvm jvm = subject.jvm(setting, place, err).steady(HEAP);
        List<String> arguments = new ArrayList<>(List.of(command, "--library", subject.library().toString()));
        arguments.addAll(options);
        String task = subject.name() + ", " + setting.title();
        if (ProgressView.isWatched()) {
            arguments.add("--progress");
        } else {
            err.println(command + ": " + task);
        }
        try (ProgressView view = ProgressView.of(task)) {
            return jvm.run(arguments, view::show);
        }
    }

    /**
     * Fresh JVMs, one of each setting, take turns of a fifth of a second; and all that several times, since JVMs differ
     * from each other by more than each from itself.
     */
    private void speed(Subject subject, boolean inMemory) {
        int heats = quick ? 3 : inMemory ? 7 : 25;
        int rounds = 6;
        String name = subject.name() + (inMemory ? " in memory" : "");
        Map<Setting, List<Double>> medians = new LinkedHashMap<>();
        SPEED_SETTINGS.forEach(setting -> medians.put(setting, new ArrayList<>()));
        try (ProgressView view = ProgressView.of(name + ", reads")) {
            for (int i = 0; i < heats; i++) {
                int done = i * 100 / heats;
                view.show("starting", done);
                Map<Setting, Racer> racers = new LinkedHashMap<>();
                for (Setting setting : SPEED_SETTINGS) {
                    racers.put(setting, racer(subject, inMemory, setting));
                }
                view.show("in turns", done);
                List<Racer> order = new ArrayList<>(racers.values());
                for (int round = 0; round < rounds; round++) {
                    order.forEach(Racer::turn);
                    Collections.reverse(order);
                }
                racers.forEach((setting, racer) -> {
                    racer.close();
                    medians.get(setting).add(median(racer.perSecond()));
                });
            }
        }
        detail.put("reads of " + name, medians.entrySet().stream().collect(
                Collectors.toMap(entry -> entry.getKey().toString(), Map.Entry::getValue)));
        speedFinding(name, inMemory, medians, Setting.PATCHED);
        speedFinding(name, inMemory, medians, Setting.STOCK);
    }

    private Racer racer(Subject subject, boolean inMemory, Setting setting) {
        if (!ProgressView.isWatched()) {
            err.println("reads: " + subject.name() + (inMemory ? " in memory, " : ", ") + setting.title());
        }
        // The compilers and the collector are those of a service; only the heap's size is set.
        FreshJvm jvm = subject.jvm(setting, place, err).option("-Xms256m").option("-Xmx256m");
        List<String> arguments = new ArrayList<>(List.of("reads", "--library", subject.library().toString(),
                "--size", inMemory ? "4m" : "32m"));
        if (inMemory) {
            arguments.add("--in-memory");
        }
        return new Racer(jvm.start(arguments, (step, percent) -> { }));
    }

    private void speedFinding(String name, boolean inMemory, Map<Setting, List<Double>> medians, Setting other) {
        List<Double> with = medians.get(Setting.AGENT);
        List<Double> without = medians.get(other);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < with.size(); i++) {
            ratios.add(with.get(i) / without.get(i));
        }
        Collections.sort(ratios);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("reads_per_second_with", median(with));
        figures.put("reads_per_second_without", median(without));
        figures.put("ratios_of_heats", ratios);
        String what = Findings.format("%s reads with the agent / %s: %.0fk / %.0fk a second; heats %.3f to %.3f",
                name, other.title(), median(with) / 1e3, median(without) / 1e3, ratios.get(0),
                ratios.get(ratios.size() - 1));
        if (inMemory) {
            findings.note(2, what, Findings.format("%.1f %%", 100 * median(ratios)),
                    "for comparison: the least that nine native calls can do");
        } else {
            findings.percent(2, what, median(ratios), 0.98, Double.MAX_VALUE, figures);
        }
    }

    private static List<Double> numbers(Object list) {
        return ((List<?>) list).stream().map(number -> ((Number) number).doubleValue()).toList();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private void memory(Subject subject) {
        Map<Setting, CyclesResult> results = new LinkedHashMap<>();
        for (Setting setting : MEMORY_SETTINGS) {
            List<String> options = new ArrayList<>(List.of("--size", "128m",
                    "--cycles", quick ? "1" : "3", "--idle", quick ? "2" : "12"));
            if (setting == Setting.TRIM) {
                options.add("--trim");
            }
            results.put(setting, new CyclesResult(run("cycles", subject, setting, options)));
        }
        detail.put("memory of " + subject.name(), results.entrySet().stream().collect(
                Collectors.toMap(entry -> entry.getKey().toString(), entry -> entry.getValue().json())));
        CyclesResult agents = results.get(Setting.AGENT);
        out.println(subject.name() + ": " + agents.file() + ", which allocates with " + agents.allocator());
        out.println("resident size before the first cycle, and over that in the last one, in MB (10^6 bytes):");
        out.println(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, results.entrySet(), List.of(
                new Column().header("").dataAlign(HorizontalAlign.LEFT).with(entry -> entry.getKey().title()),
                resident("before", CyclesResult::before),
                resident("loaded", result -> result.resident("loaded")),
                resident("closed", result -> result.resident(result.trimmed() ? "trimmed" : "closed")),
                resident("collected", result -> result.resident(result.trimmed() ? "trimmed" : "collected")),
                resident("idle", CyclesResult.idle()),
                resident("JVM growth", CyclesResult::jvmGrowth))));
        out.println();
        accounts(subject, agents);
    }

    private static com.github.freva.asciitable.ColumnData<Map.Entry<Setting, CyclesResult>> resident(String header,
            Function<CyclesResult, Long> bytes) {
        return new Column().header(header).with(entry -> ByteSize.megabytes(bytes.apply(entry.getValue())));
    }

    private void accounts(Subject subject, CyclesResult result) {
        if (result.peak() == 0) {
            findings.note(3, subject.name() + ": its arena", "empty", "no scope was opened around its calls");
            return;
        }
        long own = result.own("loaded");
        long grown = result.accounted();
        if (own == 0) {
            findings.note(3, subject.name() + ": arena's growth", ByteSize.megabytes(grown) + " MB",
                    "it has no figure of its own");
        } else if (!result.allocator().equals("malloc")) {
            findings.note(3, Findings.format("%s: arena's growth, of %s MB by its own figure", subject.name(),
                    ByteSize.megabytes(own)), ByteSize.megabytes(grown) + " MB",
                    "it allocates with " + result.allocator() + ", which malloc does not see");
        } else {
            long filled = result.inUse("loaded") - result.inUse("opened");
            long ownFilled = own - result.own("opened");
            findings.percent(3, Findings.format("%s: filled, its arena grew by %s MB / its own figure by %s MB",
                    subject.name(), ByteSize.megabytes(filled), ByteSize.megabytes(ownFilled)),
                    (double) filled / ownFilled, 0.98, 1.02, result.ownFigures("loaded"));
            findings.note(3, Findings.format("%s: the same since before it was open; %s / %s MB", subject.name(),
                    ByteSize.megabytes(grown), ByteSize.megabytes(own)),
                    Findings.format("%.1f %%", 100.0 * grown / own), "with what its figure does not count");
        }
        findings.percent(3, Findings.format("%s: left in its arena after close and a collection; %s MB (%s in use) / "
                + "a peak of %s MB", subject.name(), ByteSize.megabytes(result.arenaResident()),
                ByteSize.megabytes(result.inUse("collected")), ByteSize.megabytes(result.peak())),
                (double) result.arenaResident() / result.peak(), 0, 0.05, result.arena("collected"));
    }

    private void service(List<Subject> subjects) {
        for (Subject subject : subjects) {
            for (Setting setting : SERVICE_SETTINGS) {
                Map<String, Object> result = run("service", subject, setting,
                        List.of("--size", quick ? "4m" : "16m", "--databases", "50"));
                List<Double> resident = numbers(result.get("rss"));
                double first = resident.get(0);
                double last = resident.get(resident.size() - 1);
                String what = Findings.format("%s, 50 databases in turn, %s: resident size at the end / after the "
                        + "first; %.1f / %.1f MB", subject.name(), setting.title(), last / 1e6, first / 1e6);
                if (setting == Setting.AGENT) {
                    findings.percent(4, what, last / first, 0, 1.1, result);
                } else {
                    findings.note(4, what, Findings.format("%.1f %%", last / first * 100), "for comparison");
                }
                detail.put("service with " + subject.name() + ", " + setting, result);
            }
        }
    }
}
