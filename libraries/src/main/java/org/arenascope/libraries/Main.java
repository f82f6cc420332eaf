package org.arenascope.libraries;

import org.arenascope.measure.CommandLines;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line that uses real libraries. */
@Command(name = "arenascope-libraries",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Uses RocksDB, SQLite, DuckDB and zstd as services do, and shows what becomes of the process's "
                + "memory. Knows nothing of arenas: with the agent on the command line each library has one.",
        subcommands = {BenchCommand.class, CyclesCommand.class, ServiceCommand.class, ReadsCommand.class})
public final class Main implements Runnable {

    static final String EXIT_CODES = "Exit status: 0: done; 2: the command line is wrong; 3: there is an agent, and it "
            + "made no arena; 4: the library failed or lost data.";

    @Spec
    private CommandSpec spec;

    Main() {
    }

    public static void main(String[] args) {
        CommandLines.run(new Main(), args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: bench, for example.");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"arenascope-libraries " + (version == null ? "(not packaged)" : version)
                    + ", Java " + Runtime.version()};
        }
    }
}
