package org.arenascope.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
        // UTF-8 whatever the locale is: JSON is, and the catalog's text is.
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int exit = commandLine(out, err).execute(args);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((exception, arguments) -> {
                    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
                    err.println(command + ": " + exception.getMessage());
                    UnmatchedArgumentException.printSuggestions(exception, err);
                    err.println("Try '" + command + " --help'.");
                    return ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    if (exception instanceof DemoException expected) {
                        err.println(command.getCommandSpec().qualifiedName() + ": " + expected.getMessage());
                        return expected.exitCode();
                    }
                    exception.printStackTrace(err);
                    return ExitCode.RUN;
                });
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
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
