package org.arenascope.libraries;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.arenascope.measure.ByteSize;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.Progress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common that use one library in this process and print what came of it. */
abstract class WorkCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--library", required = true, paramLabel = "NAME", description = "${COMPLETION-CANDIDATES}.")
    private Library library;

    @Option(names = "--size", defaultValue = "64m", paramLabel = "SIZE", converter = ByteSize.Converter.class,
            description = "What the library is to hold, roughly; k, m and g are powers of 1000 (default: "
                    + "${DEFAULT-VALUE}).")
    private long size;

    @Option(names = "--progress", description = "Tell on standard error what is being done.")
    private boolean tellProgress;

    Library library() {
        return library;
    }

    long size() {
        return size;
    }

    Progress progress() {
        return new Progress(tellProgress ? System.err : null);
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    abstract void work() throws Exception;

    @Override
    public Integer call() throws Exception {
        work();
        return ExitCode.OK;
    }

    void print(Map<String, Object> json) throws IOException {
        out().println(JSON.std.asString(json));
    }

    /** Something to do with a load that was opened and will be closed. */
    interface Use {
        void of(Load load) throws Exception;
    }

    /** Uses the library in a folder of its own, which is deleted when it is closed. */
    final void inFolder(long bytes, Use use) throws Exception {
        Path folder = Files.createTempDirectory("arenascope-libraries");
        try (Load load = library.open(folder, bytes)) {
            use.of(load);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
