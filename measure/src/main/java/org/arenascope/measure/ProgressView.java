package org.arenascope.measure;

import java.io.IOException;
import java.nio.file.Path;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error for each step, or nothing where that is no terminal. */
public final class ProgressView implements AutoCloseable {

    private static final int WIDTH = 78;

    private final ProgressBar bar;

    private ProgressView(ProgressBar bar) {
        this.bar = bar;
    }

    /** Whether somebody is looking at standard error. */
    public static boolean isWatched() {
        try {
            String target = Path.of("/proc/self/fd/2").toRealPath().toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** A view for a task of that name. */
    public static ProgressView of(String task) {
        if (!isWatched()) {
            return new ProgressView(null);
        }
        return new ProgressView(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(100)
                .setUpdateIntervalMillis(200)
                .setStyle(ProgressBarStyle.ASCII)
                .hideEta()
                .clearDisplayOnFinish()
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build());
    }

    /** Shows what is being done. */
    public void show(String step, int percent) {
        if (bar != null) {
            bar.setExtraMessage(step);
            bar.stepTo(percent);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
