package org.arenascope.top;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows which JVMs have arenas. */
@Command(name = "list", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "Lists the JVMs of this user on this machine, and whether ArenaScope isolates in them.",
        footer = {
            "",
            "A JVM that lets nobody attach, and that so cannot be asked, has a question mark.",
            "",
            "Exit status:",
            "  0  there is a JVM in which ArenaScope isolates",
            "  2  the command line is wrong",
            "  5  there is none",
            "  7  this Java runtime has no module jdk.attach or java.management.rmi"})
final class ListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** A JVM, and whether it has arenas if that is known. */
    record Jvm(String pid, String command, Optional<Boolean> arenas) {
    }

    @Override
    public Integer call() throws TopException {
        Modules.require();
        List<Jvm> jvms = TargetJvm.all();
        PrintWriter out = spec.commandLine().getOut();
        out.println(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, jvms, List.of(
                new Column().header("PID").dataAlign(HorizontalAlign.RIGHT).with(Jvm::pid),
                new Column().header("arenas").dataAlign(HorizontalAlign.LEFT)
                        .with(jvm -> jvm.arenas().map(yes -> yes ? "yes" : "no").orElse("?")),
                new Column().header("command").headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT)
                        .with(Jvm::command))));
        return jvms.stream().anyMatch(jvm -> jvm.arenas().orElse(false)) ? ExitCode.OK : ExitCode.NO_ARENAS;
    }
}
