package org.arenascope.bench;

/** How long each measurement takes. A fork is a fresh JVM. */
record Rounds(int forks, int iterations, int milliseconds, int starts) {
    static final Rounds FULL = new Rounds(3, 5, 500, 21);
    static final Rounds QUICK = new Rounds(1, 3, 300, 5);
}
