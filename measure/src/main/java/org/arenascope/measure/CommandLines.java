package org.arenascope.measure;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** How the project's command lines show their help, and what went wrong. */
public final class CommandLines {

    private CommandLines() {
    }

    /** Runs a command on this process's standard streams, and ends the process with its exit code. */
    public static void run(Object command, String[] arguments) {
        // UTF-8 whatever the locale is: JSON is, and so is what libraries hold.
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int exit = of(command, out, err).execute(arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /** The command line of a command that writes there. */
    public static CommandLine of(Object command, PrintWriter out, PrintWriter err) {
        return new CommandLine(command)
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((exception, arguments) -> {
                    String name = exception.getCommandLine().getCommandSpec().qualifiedName();
                    err.println(name + ": " + exception.getMessage());
                    UnmatchedArgumentException.printSuggestions(exception, err);
                    err.println("Try '" + name + " --help'.");
                    return ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((exception, line, parsed) -> {
                    if (exception instanceof CommandException expected) {
                        err.println(line.getCommandSpec().qualifiedName() + ": " + expected.getMessage());
                        return expected.exitCode();
                    }
                    exception.printStackTrace(err);
                    return ExitCode.RUN;
                });
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
