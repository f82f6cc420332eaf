package org.arenascope.demo;

import java.io.PrintWriter;

import org.arenascope.measure.CommandLines;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The demo's command line. */
@Command(name = "arenascope-demo",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Shows what becomes of a process's memory when an application frees its own blocks and a native "
                + "library keeps some: with one malloc heap for both, and with arenas.",
        subcommands = {CompareCommand.class, LimitCommand.class, RunCommand.class})
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    private Main() {
    }

    public static void main(String[] args) {
        CommandLines.run(new Main(), args);
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return CommandLines.of(new Main(), out, err);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: compare, for example.");
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"arenascope-demo " + (version == null ? "(not packaged)" : version)
                    + ", Java " + Runtime.version()};
        }
    }
}
