package org.arenascope.observe;

import org.arenascope.Malloc;
import org.arenascope.MallocArena;

/**
 * All {@linkplain MallocArena arenas} of a process, as they are seen by JMX, and its malloc as a whole. Sizes are in
 * bytes and sums over the arenas that are not retired, each read for itself. Where there are two copies of the library
 * in a process, each has such a bean, and its own arenas in it.
 *
 * <p>Methods may be called by any thread.
 */
public interface MallocMXBean {
    /**
     * Says whether this process can have arenas.
     *
     * @return {@link MallocArena#isSupported()}
     */
    boolean isSupported();

    /**
     * Says why this process has no arenas, and what to do to have them.
     *
     * @return a sentence for people to read, or {@code null} if arenas are supported
     */
    String getUnsupportedReason();

    /**
     * Returns how arenas are selected.
     *
     * @return the name of the {@link MallocArena#binding() binding}, or {@code null} if there is none
     */
    String getBinding();

    /**
     * Returns the number of arenas that are not retired.
     *
     * @return closed ones included
     */
    int getArenas();

    /**
     * Returns what the arenas have from the system.
     *
     * @return the sum of {@link MallocArenaMXBean#getSystemBytes}
     */
    long getSystemBytes();

    /**
     * Returns what is in mappings of single blocks.
     *
     * @return the sum of {@link MallocArenaMXBean#getMappedBytes}
     */
    long getMappedBytes();

    /**
     * Returns what is in live blocks.
     *
     * @return the sum of {@link MallocArenaMXBean#getInUseBytes}
     */
    long getInUseBytes();

    /**
     * Returns what is in freed blocks that threads keep for the next allocation.
     *
     * @return the sum of {@link MallocArenaMXBean#getCachedBytes}
     */
    long getCachedBytes();

    /**
     * Returns what the system was given back, and takes no memory.
     *
     * @return the sum of {@link MallocArenaMXBean#getReturnedBytes}
     */
    long getReturnedBytes();

    /**
     * Gives back to the system what malloc holds and nobody uses, of the default arenas as well, as {@link
     * Malloc#trim} does.
     *
     * @return {@code true} if any memory was given back
     */
    boolean trim();

    /**
     * Returns malloc's account of all arenas, the default ones included, as {@link Malloc#info} does. Takes time in
     * proportion to the free memory and locks each arena in turn.
     *
     * @return an XML document
     * @throws UnsupportedOperationException if ArenaScope's C library could not be loaded
     */
    String info();
}
