package org.arenascope.measure;

import java.io.PrintStream;

/** A run's progress, told to the process that started it: one line of text each time, on standard error. */
public final class Progress {

    static final String PREFIX = "@progress ";

    private static final long INTERVAL_NANOS = 200_000_000;

    private final PrintStream out;
    private long next;

    /** Without a stream nothing is told. */
    public Progress(PrintStream out) {
        this.out = out;
        this.next = System.nanoTime();
    }

    /** Says what is being done, and how much of it, at most five times a second. */
    public void tell(String step, long done, long total) {
        if (out == null || System.nanoTime() - next < 0) {
            return;
        }
        next = System.nanoTime() + INTERVAL_NANOS;
        out.println(PREFIX + (total == 0 ? 100 : done * 100 / total) + " " + step);
    }
}
