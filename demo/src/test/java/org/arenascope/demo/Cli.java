package org.arenascope.demo;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The demo's command line, run in this process with its output caught; what it starts is real. */
record Cli(int exit, String out, String err) {

    static Cli run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(arguments);
        return new Cli(exit, out.toString(), err.toString());
    }
}
