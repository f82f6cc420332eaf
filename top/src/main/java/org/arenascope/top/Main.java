package org.arenascope.top;

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

/** The command line. */
@Command(name = "arenascope",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Shows what the malloc arenas of a running JVM hold: the native memory of each library that "
                + "ArenaScope gave one.",
        subcommands = {TopCommand.class, ListCommand.class})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {
    }

    /**
     * Runs the command and ends the JVM.
     *
     * @param args as {@code --help} says
     */
    public static void main(String[] args) {
        // A JVM that was stopped answers nothing, for as long as that takes.
        System.setProperty("sun.rmi.transport.tcp.responseTimeout", "10000");
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
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    if (exception instanceof TopException expected) {
                        err.println(command.getCommandSpec().qualifiedName() + ": " + expected.getMessage());
                        return expected.exitCode();
                    }
                    exception.printStackTrace(err);
                    return ExitCode.FAILED;
                });
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: top PID, for example.");
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"arenascope " + (version == null ? "(not packaged)" : version)
                    + ", Java " + Runtime.version()};
        }
    }
}
