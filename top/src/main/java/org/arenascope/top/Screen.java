package org.arenascope.top;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What standard output is: a terminal of some size, or something that has room for everything.
 *
 * @param terminal whether somebody is looking
 */
record Screen(boolean terminal, int rows, int columns) {
    /** Moves to the upper left corner, and clears from there. */
    static final String CLEAR = "\033[H\033[J";

    static Screen unlimited() {
        return new Screen(false, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    static Screen ofStandardOutput() {
        if (!isTerminal()) {
            return unlimited();
        }
        int[] size = size();
        return new Screen(true, size[0], size[1]);
    }

    private static boolean isTerminal() {
        try {
            String target = Path.of("/proc/self/fd/1").toRealPath().toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** It can change at any time, and Java hears of it only by asking. */
    private static int[] size() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip()
                    .split(" ");
            if (stty.waitFor(1, TimeUnit.SECONDS) && size.length == 2) {
                int rows = Integer.parseInt(size[0]);
                int columns = Integer.parseInt(size[1]);
                if (rows > 0 && columns > 0) {
                    return new int[] {rows, columns};
                }
            }
        } catch (IOException | NumberFormatException e) {
            // A terminal that does not tell is taken for an old one.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new int[] {24, 80};
    }
}
