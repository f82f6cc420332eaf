package org.arenascope.observe;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;

/**
 * A {@link MallocArena} as it is seen by JMX. Sizes are those of {@link ArenaInfo}, in bytes.
 *
 * <p>Each size is malloc's at the moment when it is read, so several that are read one after the other, or by one call
 * of {@code getAttributes}, need not be of the same instant. An arena that is closed has sizes until it is retired. An
 * arena that is retired, or {@linkplain #isIsolated() not isolated}, has none: they are all -1.
 *
 * <p>Methods may be called by any thread.
 */
public interface MallocArenaMXBean {
    /**
     * Returns the arena's name. Several arenas may have the same.
     *
     * @return what it was called when it was made
     */
    String getName();

    /**
     * Says whether what is allocated in the arena's scopes is kept apart.
     *
     * @return {@code false} only where arenas are not {@linkplain MallocArena#isSupported() supported}
     */
    boolean isIsolated();

    /**
     * Says whether the arena was closed. It is shown until it is retired, which is when nobody has it selected any
     * longer.
     *
     * @return {@code true} if no scope can be opened any more
     */
    boolean isClosed();

    /**
     * Returns what the arena has from the system.
     *
     * @return {@link ArenaInfo#systemBytes()}, or -1
     */
    long getSystemBytes();

    /**
     * Returns the part of {@link #getSystemBytes SystemBytes} that is in mappings of single blocks.
     *
     * @return {@link ArenaInfo#mappedBytes()}, or -1
     */
    long getMappedBytes();

    /**
     * Returns what is in live blocks.
     *
     * @return {@link ArenaInfo#inUseBytes()}, or -1
     */
    long getInUseBytes();

    /**
     * Returns what is in freed blocks that threads keep for the next allocation.
     *
     * @return {@link ArenaInfo#cachedBytes()}, or -1
     */
    long getCachedBytes();

    /**
     * Returns the part of {@link #getSystemBytes SystemBytes} that the system was given back, and that takes no memory.
     *
     * @return {@link ArenaInfo#returnedBytes()}, or -1
     */
    long getReturnedBytes();

    /**
     * Returns the largest {@link #getSystemBytes SystemBytes} so far.
     *
     * @return {@link ArenaInfo#peakBytes()}, or -1
     */
    long getPeakBytes();

    /**
     * Returns the ceiling on {@link #getSystemBytes SystemBytes}.
     *
     * @return the limit in bytes, or -1 if there is none
     */
    long getLimitBytes();

    /**
     * Sets the ceiling on {@link #getSystemBytes SystemBytes}, as {@link MallocArena#limit} does.
     *
     * @param bytes the limit, 0 or more; -1, or {@link MallocArena#UNLIMITED}, for none
     * @throws IllegalArgumentException if {@code bytes} is less than -1
     * @throws IllegalStateException if the arena is closed
     * @throws UnsupportedOperationException if the arena can have no limit; the message says why
     */
    void setLimitBytes(long bytes);

    /**
     * Returns the number of threads that have the arena selected.
     *
     * @return {@link ArenaInfo#selectedThreads()}, or -1
     */
    long getSelectedThreads();

    /**
     * Returns the number of scopes of the arena that were entered so far.
     *
     * @return {@link MallocArena#scopes()}
     */
    long getScopes();

    /**
     * Gives the arena's free pages back to the system, as {@link MallocArena#trim} does.
     *
     * @return {@code true} if any memory was given back
     * @throws IllegalStateException if the arena is closed
     */
    boolean trim();
}
