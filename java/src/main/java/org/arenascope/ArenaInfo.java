package org.arenascope;

/**
 * What a {@link MallocArena} held at the moment of {@link MallocArena#info()}: malloc's own account, as the patched
 * glibc's {@code malloc_arena_info} gives it. It is kept up as blocks come and go, so it is exact for blocks of every
 * size. While other threads allocate and free, its parts need not be of the same instant.
 *
 * <p>A block counts as in use with what malloc has set aside for it, which is more than was asked for: {@code
 * malloc_usable_size} and a header of {@code sizeof (size_t)}, or, for a large block that has a mapping of its own,
 * that mapping in whole pages. Every block counts that was obtained in a scope, the JVM's own included: a method that
 * is compiled, a class that is loaded.
 *
 * @param systemBytes bytes that the arena has from the system, heaps and mappings, in whole pages. The limit is one on
 *        these. Pages that nobody touched yet and pages that were returned are among them, so the arena's part in the
 *        resident size is at most {@code systemBytes - returnedBytes}.
 * @param mappedBytes the part of {@code systemBytes} that is in mappings of single blocks
 * @param inUseBytes bytes in live blocks, headers included
 * @param cachedBytes bytes in blocks that were freed and are in threads' caches, ready to be given out again
 * @param returnedBytes the part of {@code systemBytes} that the system was given back, page by page, and that was not
 *        used again since
 * @param peakBytes the largest {@code systemBytes} so far
 * @param limitBytes the {@linkplain MallocArena#limit ceiling} on {@code systemBytes}, {@link
 *        MallocArena#UNLIMITED} if there is none
 * @param selectedThreads the number of threads that have the arena selected, the calling one included if it is in
 *        a scope
 */
public record ArenaInfo(long systemBytes, long mappedBytes, long inUseBytes, long cachedBytes, long returnedBytes,
        long peakBytes, long limitBytes, long selectedThreads) {
}
