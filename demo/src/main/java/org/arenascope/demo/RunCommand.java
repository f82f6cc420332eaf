package org.arenascope.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.arenascope.Malloc;
import org.arenascope.measure.ByteSize;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One mode in this process; {@code compare} starts a fresh JVM with it for each mode. */
@Command(name = "run", hidden = true, mixinStandardHelpOptions = true,
        description = "Runs one mode in this process and prints its result as JSON. For compare's use.")
final class RunCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--mode", required = true, converter = Mode.Converter.class,
            completionCandidates = Mode.Names.class)
    private Mode mode;

    @Option(names = "--size", defaultValue = SeedOptions.SIZE, converter = ByteSize.Converter.class)
    private long size;

    @Option(names = "--block-size", defaultValue = SeedOptions.BLOCK_SIZE)
    private int blockSize;

    @Option(names = "--library-share", defaultValue = SeedOptions.LIBRARY_SHARE)
    private int libraryShare;

    @Option(names = "--prepared-catalog", description = "The catalog in the form that compare gives it.")
    private Path preparedCatalog;

    @Option(names = "--passes", defaultValue = CatalogOptions.PASSES)
    private int passes;

    @Option(names = "--query")
    private List<String> queries = List.of();

    @Option(names = "--arena-return")
    private boolean arenaReturn;

    @Option(names = "--malloc-stats")
    private boolean mallocStats;

    @Option(names = "--progress")
    private boolean tellProgress;

    @Override
    public void run() {
        if (arenaReturn && !Malloc.returnMemory(true)) {
            throw new CommandException(ExitCode.UNSUPPORTED, "this malloc's default arenas cannot give memory back");
        }
        Arenas arenas = new Arenas(mode);
        ModeResult result;
        try (Workload workload = workload(arenas)) {
            result = new Measurement(mode, new Progress(tellProgress ? System.err : null), mallocStats).of(workload);
        }
        try {
            spec.commandLine().getOut().println(JSON.std.asString(result.toJson()));
        } catch (IOException e) {
            throw new CommandException(ExitCode.RUN, "cannot write the result: " + e.getMessage());
        }
    }

    private Workload workload(Arenas arenas) {
        if (preparedCatalog == null) {
            return new SeedWorkload(new SeedWorkload.Load(size, blockSize, libraryShare), arenas);
        }
        return new CatalogWorkload(Catalog.load(preparedCatalog), passes, queries, arenas);
    }
}
