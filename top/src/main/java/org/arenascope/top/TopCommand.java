package org.arenascope.top;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the arenas of one JVM, again and again. */
@Command(name = "top", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Shows what each malloc arena of a running JVM holds, until the JVM ends or Ctrl-C.",
        footer = {
            "",
            "Columns, sizes in MB (10^6 bytes); a narrow terminal has fewer:",
            "  in use    in live blocks",
            "  held      had from the system and not returned: the most of it that can be resident",
            "  limit     the ceiling on system; - for none",
            "  peak      the largest system so far",
            "  system    had from the system; mapped, in mappings of single blocks, and returned, given",
            "            back and not used again, are parts of it",
            "  cached    in freed blocks that threads keep",
            "  threads   threads that have the arena selected",
            "  scopes    scopes that were entered so far; scopes/s since the last time",
            "RSS is the whole process's. A name with (closed) is an arena that was closed and is still",
            "selected by a thread, one with (none) an arena that does not isolate.",
            "",
            "The JVM has to run on this machine, as this user (or this is root), and in the same container.",
            "It is asked by JMX: its local management agent is started if it does not run.",
            "",
            "Exit status:",
            "  0  the arenas were shown as often as was asked for",
            "  1  the JVM does not answer, or cannot show its arenas",
            "  2  the command line is wrong",
            "  3  there is no such process, or it is no JVM",
            "  4  the JVM is another user's or another container's, or lets nobody attach",
            "  5  there are no arenas in the JVM",
            "  6  the JVM has ended",
            "  7  this Java runtime has no module jdk.attach or java.management.rmi"})
final class TopCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PID", description = "The JVM's process number.")
    private long pid;

    @Option(names = {"-d", "--interval"}, defaultValue = "2", paramLabel = "SECONDS",
            description = "How often to look (default: ${DEFAULT-VALUE}).")
    private double interval;

    @Option(names = {"-n", "--iterations"}, paramLabel = "COUNT",
            description = "How often to look in all (default: until the JVM ends).")
    private Integer iterations;

    @Option(names = "--once", description = "The same as --iterations 1.")
    private boolean once;

    @Option(names = "--sort", defaultValue = "held", paramLabel = "COLUMN",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Sort sort;

    @Option(names = "--format", defaultValue = "text", paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). json gives an object each time, in a "
                    + "line of its own, sizes in bytes.")
    private Format format;

    @Override
    public Integer call() throws TopException, InterruptedException {
        int count = count();
        Modules.require();
        try (TargetJvm jvm = TargetJvm.connect(pid)) {
            Snapshot first = Snapshot.of(jvm);
            requireArenas(first);
            show(first, null, count);
            Snapshot earlier = first;
            for (int i = 1; i < count; i++) {
                Thread.sleep((long) (interval * 1000));
                Snapshot snapshot = Snapshot.of(jvm);
                show(snapshot, earlier, count);
                earlier = snapshot;
            }
        }
        return ExitCode.OK;
    }

    private int count() {
        if (!(interval >= 0.1 && interval <= 86_400)) {
            throw new ParameterException(spec.commandLine(), "--interval is 0.1 to 86400 seconds, not " + interval);
        }
        if (iterations != null && iterations < 1) {
            throw new ParameterException(spec.commandLine(), "--iterations is 1 or more, not " + iterations);
        }
        if (once) {
            return 1;
        }
        return iterations == null ? Integer.MAX_VALUE : iterations;
    }

    private void requireArenas(Snapshot snapshot) throws TopException {
        if (snapshot.arenas().isEmpty()) {
            throw new TopException(ExitCode.NO_ARENAS, "JVM " + pid + " has no arenas"
                    + (snapshot.unsupported() == null
                            ? ": ArenaScope is not in it, or has made none yet, or runs with"
                                    + " -Dorg.arenascope.jmx=false"
                            : " and can have none: " + snapshot.unsupported()));
        }
    }

    private void show(Snapshot snapshot, Snapshot earlier, int count) {
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            out.println(JsonView.show(snapshot, earlier, sort));
        } else {
            Screen screen = Screen.ofStandardOutput();
            boolean live = screen.terminal() && count > 1;
            String text = new TextView(sort, count > 1).show(snapshot, earlier, screen);
            out.print((live ? Screen.CLEAR : earlier == null ? "" : "\n") + text);
        }
        out.flush();
    }
}
