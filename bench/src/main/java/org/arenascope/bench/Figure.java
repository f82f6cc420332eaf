package org.arenascope.bench;

/**
 * What was measured on one JDK.
 *
 * @param binding how scopes selected their arenas; {@code null} where there is no scope
 * @param nanoseconds the mean of the fastest fork: others that use the machine can only add to it
 * @param bytes on the Java heap
 */
record Figure(int jdk, String binding, String what, double nanoseconds, double bytes) {
    /** The switch pair in C, measured beside the JVMs of that JDK. */
    static final String PAIR = "C pair";
}
