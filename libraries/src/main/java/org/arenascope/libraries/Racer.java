package org.arenascope.libraries;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.FreshJvm;

/** A JVM that runs {@code reads} and stands still but for its turns. */
final class Racer implements AutoCloseable {

    private final FreshJvm.Running jvm;
    private final BufferedReader answers;
    private final List<Double> perSecond = new ArrayList<>();

    /** Returns when the JVM is ready. */
    Racer(FreshJvm.Running jvm) {
        this.jvm = jvm;
        answers = new BufferedReader(new InputStreamReader(jvm.output(), StandardCharsets.UTF_8));
        answer();
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                jvm.await();
                throw new CommandException(ExitCode.RUN, "a run of 'reads' ended too early");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it read for one round. */
    void turn() {
        try {
            jvm.input().write('\n');
            jvm.input().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        perSecond.add(Double.parseDouble(answer()));
    }

    /** The figure of each round. */
    List<Double> perSecond() {
        return perSecond;
    }

    @Override
    public void close() {
        try {
            jvm.input().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        jvm.await();
    }
}
