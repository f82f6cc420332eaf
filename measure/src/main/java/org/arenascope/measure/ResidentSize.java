package org.arenascope.measure;

import java.io.FileInputStream;
import java.io.IOException;

/** The process's resident set size, from the kernel. Reading it allocates no native memory. */
public final class ResidentSize {

    private static final String SOURCE = "/proc/self/smaps_rollup";
    private static final byte[] LABEL = {'\n', 'R', 's', 's', ':'};

    // The JDK reads up to 8192 bytes by way of the stack, more by way of malloc.
    private static final byte[] BUFFER = new byte[4096];

    private ResidentSize() {
    }

    /** The bytes of all pages of this process that are in memory. */
    public static synchronized long read() {
        int length;
        try (FileInputStream in = new FileInputStream(SOURCE)) {
            length = in.read(BUFFER, 0, BUFFER.length);
        } catch (IOException e) {
            throw new CommandException(ExitCode.RUN, "cannot read the resident size: " + e.getMessage()
                    + "; this needs Linux with /proc mounted");
        }
        for (int i = 0; i + LABEL.length < length; i++) {
            if (matches(i)) {
                return kilobytes(i + LABEL.length, length) * 1024;
            }
        }
        throw new CommandException(ExitCode.RUN, SOURCE + " has no line for Rss");
    }

    private static boolean matches(int offset) {
        for (int i = 0; i < LABEL.length; i++) {
            if (BUFFER[offset + i] != LABEL[i]) {
                return false;
            }
        }
        return true;
    }

    private static long kilobytes(int from, int length) {
        long number = 0;
        for (int i = from; i < length && BUFFER[i] != '\n'; i++) {
            if (BUFFER[i] >= '0' && BUFFER[i] <= '9') {
                number = number * 10 + BUFFER[i] - '0';
            }
        }
        return number;
    }
}
