package org.arenascope.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the command says of processes that have no arenas. They and it are real. */
class TopTest {
    private final List<Process> started = new ArrayList<>();

    /** The command line, run in this process with its output caught. */
    private record Cli(int exit, String out, String err) {
        static Cli run(String... arguments) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int exit = Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(arguments);
            return new Cli(exit, out.toString(), err.toString());
        }
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private static void assertSays(int exit, String message, Cli cli) {
        assertEquals(exit, cli.exit(), cli::toString);
        assertTrue(cli.err().contains(message), cli::toString);
    }

    /** A JVM that does nothing. */
    static final class Sleep {
        public static void main(String[] args) throws InterruptedException {
            System.out.println("ready");
            Thread.sleep(60_000);
        }
    }

    @Test
    void aProcessThatDoesNotExistIsNamed() throws Exception {
        Process ended = start(List.of("true"));
        ended.waitFor();
        assertSays(3, "there is no process " + ended.pid(), Cli.run("top", Long.toString(ended.pid())));
    }

    @Test
    void aProcessThatIsNoJvmIsLeftAlone() throws Exception {
        Process sleep = start(List.of("sleep", "60"));
        assertSays(3, "process " + sleep.pid() + " is no JVM", Cli.run("top", Long.toString(sleep.pid())));
        assertTrue(sleep.isAlive());
    }

    @Test
    void aJvmWithoutArenasIsToldFromOneThatDoesNotAnswer() throws Exception {
        Process jvm = start(java("-cp", classPath(), Sleep.class.getName()));
        assertEquals("ready", firstLine(jvm));
        assertSays(5, "JVM " + jvm.pid() + " has no arenas: ArenaScope is not in it",
                Cli.run("top", "--once", Long.toString(jvm.pid())));
        assertTrue(jvm.isAlive());
        Cli list = Cli.run("list");
        assertTrue(list.out().lines().anyMatch(line -> line.matches("\\| +" + jvm.pid() + " \\| no .*Sleep.*")),
                list::toString);
    }

    @Test
    void aJvmThatLetsNobodyAttachIsToldFromOneThatHasNoArenas() throws Exception {
        Process jvm = start(java("-XX:+DisableAttachMechanism", "-cp", classPath(), Sleep.class.getName()));
        assertEquals("ready", firstLine(jvm));
        assertSays(4, "JVM " + jvm.pid() + " lets nobody attach", Cli.run("top", Long.toString(jvm.pid())));
    }

    @Test
    void aJavaRuntimeThatCannotAttachSaysWhichModuleItLacks() throws Exception {
        Process jvm = start(java("--limit-modules=java.base,java.management,java.logging", "-cp", classPath(),
                Main.class.getName(), "top", "1"));
        String line = firstLine(jvm);
        assertTrue(line.contains("has no module jdk.attach"), line);
        assertEquals(7, jvm.waitFor());
    }

    @Test
    void aWrongCommandLineSaysWhatIsWrongAndShowsTheHelp() {
        Cli cli = Cli.run("top", "me");
        assertSays(2, "'me' is not a long", cli);
        assertSays(2, "Usage: arenascope top", cli);
        assertSays(2, "--interval is 0.1 to 86400 seconds, not 0.0", Cli.run("top", "1", "--interval", "0"));
        assertSays(2, "--iterations is 1 or more, not 0", Cli.run("top", "1", "-n", "0"));
        assertSays(2, "Say what to do", Cli.run());
    }

    @Test
    void helpNamesEveryColumnAndExitCode() {
        Cli help = Cli.run("top", "--help");
        assertEquals(0, help.exit());
        for (Column column : Column.values()) {
            assertTrue(help.out().contains(column.header()), column::header);
        }
        for (int code = 0; code <= 7; code++) {
            assertTrue(help.out().contains("\n  " + code + "  "), help::out);
        }
    }
}
