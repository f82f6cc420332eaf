package org.arenascope;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An arena of malloc's, made for one native library, from which threads are served only while they have selected it.
 *
 * <p>A native library that keeps memory, for a page cache, an index, a pool of connections, lays its blocks down
 * between those of the application. When the application has freed its own, the library's remain on nearly every page,
 * and the process stays as large as it was. With an arena for the library both have their own pages, and the
 * application's go back to the operating system.
 *
 * <p>An arena is made once for each library and kept as long as the library is used. Around each call into the
 * library, the calling thread enters a scope:
 *
 * <pre>{@code
 * import com.sun.jna.Native;
 * import org.arenascope.ArenaScope;
 * import org.arenascope.MallocArena;
 * import org.arenascope.UnsafeMalloc;
 *
 * class Example {
 *     public static void main(String[] args) {
 *         try (MallocArena netio = MallocArena.create("netio")) {
 *             long mine = Native.malloc(512);                     // outside of the arena
 *             long theirs;
 *             try (ArenaScope scope = netio.enter()) {
 *                 theirs = Native.malloc(512);                    // in the arena, as all that a library allocates here
 *             }
 *             System.out.println(UnsafeMalloc.arenaOf(mine));     // Optional.empty
 *             System.out.println(UnsafeMalloc.arenaOf(theirs));   // Optional[malloc arena 'netio']
 *             Native.free(mine);
 *             Native.free(theirs);                                // back to the arena, in a scope or not
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> An arena may be used by any number of threads at once, and entered by each of them any number of
 * times, in scopes that nest. All methods of this class may be called from any thread. {@link ArenaScope} says what
 * holds for the scopes of one thread.
 *
 * <p><b>Virtual threads.</b> What is selected belongs to the platform thread that carries a virtual thread. One that
 * blocks in a scope and gives its carrier up would leave the selection to whoever runs there next. So {@link #enter()}
 * refuses to work on virtual threads, and {@link #call call} and {@link #run run}, on a virtual thread, do their work
 * on a platform thread of this library's while the virtual thread waits. For that work it means:
 * <ul>
 * <li>{@link Thread#currentThread()} is the platform thread, and thread-local variables are that thread's, without
 *     the caller's values; what the work needs it is given as variables that it captures. The context class loader
 *     is the caller's.
 * <li>Locks that the caller holds are not held by the work: a reentrant lock does not re-enter, so the work must not
 *     take them.
 * <li>Interrupting the caller interrupts the work; the caller waits for its end all the same. The interrupt
 *     status that the work ends with is the caller's afterwards.
 * <li>There are as many such threads as there are calls at the same time. They are daemons, and end when they
 *     have been idle for some seconds. Whoever wants fewer takes a semaphore.
 * </ul>
 *
 * <p><b>Support.</b> Arenas of this kind are a feature of ArenaScope's patched glibc, which is the C library of its
 * container images. Elsewhere {@link #isSupported()} is false, {@link #unsupportedReason()} says why and what to do,
 * and {@link #create create} throws. An application that would rather run without isolation than not at all uses
 * {@link #createIfSupported createIfSupported}.
 *
 * <p><b>Closing.</b> A closed arena opens no more scopes. The blocks in it stay valid, and can be freed as ever; scopes
 * that are open stay so until they are closed. In this version the native arena stays until the process ends; memory
 * goes back as blocks are freed, and retiring the arena itself comes with the next one.
 */
public final class MallocArena implements AutoCloseable {
    private static final int MAX_NAME = 100;

    /** Strong, since the native arenas are as immortal. */
    private static final Map<Long, MallocArena> ARENAS = new ConcurrentHashMap<>();

    private final String name;
    /** 0 if this arena does not isolate. */
    private final long handle;
    private volatile boolean closed;

    private MallocArena(String name, long handle) {
        this.name = name;
        this.handle = handle;
    }

    /**
     * Says whether this process's malloc can have dedicated arenas. The answer never changes.
     *
     * @return {@code true} if {@link #create create} can succeed
     */
    public static boolean isSupported() {
        return Support.REASON == null;
    }

    /**
     * Says why there are no dedicated arenas in this process, and what to do to have them.
     *
     * @return a sentence for people to read, or empty if they are {@linkplain #isSupported() supported}
     */
    public static Optional<String> unsupportedReason() {
        return Optional.ofNullable(Support.REASON);
    }

    /**
     * Makes an arena.
     *
     * @param name what to call the arena in messages, by custom the library's name: up to 100 characters, not blank,
     *        no control characters. Two arenas may have the same name.
     * @return a new arena, isolated from everything else
     * @throws IllegalArgumentException if the name is not like that
     * @throws UnsupportedOperationException if this process has no dedicated arenas; the message says why, and what
     *         to do
     * @throws OutOfMemoryError if there is no native memory for it
     */
    public static MallocArena create(String name) {
        requireName(name);
        if (!isSupported()) {
            throw new UnsupportedOperationException("no malloc arena '" + name + "' can be made: " + Support.REASON
                    + "; or use MallocArena.createIfSupported to run without isolation");
        }
        return createIsolated(name);
    }

    /**
     * Makes an arena where that is {@linkplain #isSupported() supported}, and elsewhere one that does nothing: its
     * scopes obey and enforce the same rules, and memory is obtained as if there were none.
     *
     * @param name as for {@link #create create}
     * @return a new arena; {@link #isIsolated()} says which kind
     * @throws IllegalArgumentException if the name is not as {@code create} wants it
     * @throws OutOfMemoryError if arenas are supported, and there is no native memory for one
     */
    public static MallocArena createIfSupported(String name) {
        requireName(name);
        return isSupported() ? createIsolated(name) : new MallocArena(name, 0);
    }

    private static MallocArena createIsolated(String name) {
        MallocArena arena = new MallocArena(name, Shim.newArena());
        ARENAS.put(arena.handle, arena);
        return arena;
    }

    private static void requireName(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the name of a malloc arena has 1 to " + MAX_NAME
                    + " characters, not all of them blank and no control characters among them; this one has "
                    + name.length() + ": '" + name.replaceAll("\\p{Cntrl}", "?") + "'");
        }
    }

    /** The arena with this handle; {@code null} for the default and for arenas that were not made here. */
    static MallocArena ofHandle(long handle) {
        return ARENAS.get(handle);
    }

    /**
     * Returns the name that the arena was given.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Says whether what is allocated in this arena's scopes is kept apart.
     *
     * @return {@code false} only for an arena of {@link #createIfSupported createIfSupported} where there is no
     *         support
     */
    public boolean isIsolated() {
        return handle != 0;
    }

    /**
     * Says whether this arena was closed.
     *
     * @return {@code true} after the first {@link #close()}
     */
    public boolean isClosed() {
        return closed;
    }

    long handle() {
        return handle;
    }

    /**
     * Selects this arena for the current thread, until the scope that this returns is closed.
     *
     * @return the scope, which this thread must close
     * @throws IllegalStateException if this arena is closed, or the current thread is a virtual one
     */
    public ArenaScope enter() {
        requireOpen();
        if (PlatformThreads.isVirtual(Thread.currentThread())) {
            throw new IllegalStateException("malloc arena '" + name + "' cannot be entered on a virtual thread, since"
                    + " its carrier would keep the arena selected when it runs another one: use"
                    + " MallocArena.run or MallocArena.call, or a platform thread");
        }
        return new ArenaScope(this);
    }

    /**
     * Runs some work in a scope of this arena. Like {@link #call call}, for work without a result.
     *
     * @param work what to do
     * @throws IllegalStateException if this arena is closed, and the work was not begun; or if the work left a scope
     *         open, which was closed for it
     */
    public void run(Runnable work) {
        Objects.requireNonNull(work, "work");
        try {
            call(() -> {
                work.run();
                return null;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }

    /**
     * Does some work in a scope of this arena, and returns its result. On a platform thread the work is done by that
     * thread; on a virtual one, by a platform thread of this library's, as the {@linkplain MallocArena class comment}
     * describes. Scopes that the work opens it has to close; those it forgets are closed at its end.
     *
     * @param <T> the type of the result
     * @param work what to do
     * @return what {@code work} returned
     * @throws IllegalStateException if this arena is closed, and the work was not begun; or if the work left a scope
     *         open, which was closed for it. If the work also threw an exception, then that one is thrown, and this
     *         one is added to it as a suppressed one.
     * @throws Exception what {@code work} threw, the same object, an error included
     */
    public <T> T call(Callable<T> work) throws Exception {
        Objects.requireNonNull(work, "work");
        requireOpen();
        Opening opening = Opening.of(this, null);
        return PlatformThreads.isVirtual(Thread.currentThread())
                ? PlatformThreads.call(() -> callHere(work, opening))
                : callHere(work, opening);
    }

    private <T> T callHere(Callable<T> work, Opening opening) throws Exception {
        ScopeStack stack = ScopeStack.ofCurrentThread();
        int depth = stack.depth();
        stack.push(this, stack.reserve(), opening);
        T result;
        try {
            result = work.call();
        } catch (Throwable e) {
            IllegalStateException forgotten = leave(stack, depth);
            if (forgotten != null) {
                e.addSuppressed(forgotten);
            }
            throw e;
        }
        IllegalStateException forgotten = leave(stack, depth);
        if (forgotten != null) {
            throw forgotten;
        }
        return result;
    }

    /** Closes the scope at {@code depth}; what there is to say about scopes that are still open in it, or null. */
    private IllegalStateException leave(ScopeStack stack, int depth) {
        String forgotten = stack.unwind(depth + 1);
        stack.unwind(depth);
        return forgotten == null ? null : new IllegalStateException("work in malloc arena '" + name
                + "' ended with scopes open, which were closed for it: " + forgotten);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("malloc arena '" + name + "' is closed: make another one, or"
                    + " close it later");
        }
    }

    /**
     * Closes this arena: no scope can be opened any more. Blocks in it stay valid, and scopes that are open stay open.
     * The native arena is not retired yet in this version. Does nothing if the arena is closed already.
     */
    @Override
    public void close() {
        closed = true;
    }

    /**
     * Returns a description of this arena.
     *
     * @return the arena's name, and that it is closed or not isolated if so
     */
    @Override
    public String toString() {
        return "malloc arena '" + name + "'" + (closed ? ", closed" : "") + (isIsolated() ? "" : ", not isolated");
    }
}
