package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.arenascope.internal.ArenaAccess;
import org.arenascope.internal.Observers;
import org.arenascope.internal.ScopeTimer;

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
 * <p><b>Class loaders.</b> An arena stays until it is closed, also when the classes that made it are unloaded; {@link
 * #arenas()} still lists it. Where several class loaders load this library, each copy has arenas of its own, whose
 * scopes nest in one another's. A copy cannot see who uses its arenas through another one, so an arena that is
 * inherited is not to be closed while a thread that follows is in a scope of another copy. JNA keeps what it is mapped
 * to, so a copy of this library is not unloaded before JNA is.
 *
 * <p><b>Support.</b> Arenas of this kind are a feature of ArenaScope's patched glibc, which is the C library of its
 * container images. Elsewhere {@link #isSupported()} is false, {@link #unsupportedReason()} says why and what to do,
 * and {@link #create create} throws. An application that would rather run without isolation than not at all uses
 * {@link #createIfSupported createIfSupported}.
 *
 * <p><b>Account and ceiling.</b> {@link #info()} tells what an arena holds, and {@link #limit limit} how much it may
 * have: beyond that, a library sees malloc return {@code NULL}, and everything else goes on.
 *
 * <p><b>Closing.</b> A closed arena opens no more scopes; those that are open stay so until they are closed. When no
 * thread has it selected any longer, the arena is <i>retired</i>: nothing can be allocated in it any more, its blocks
 * stay valid and can be freed as ever, its memory goes back to the system as they are, and with the last one the
 * arena is gone. {@link #isRetired()} tells. A block that {@code realloc} has to move moves to the default arenas.
 */
public final class MallocArena implements AutoCloseable {
    /** As a limit: none. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final int MAX_NAME = 100;
    private static final AtomicLong NUMBERS = new AtomicLong();

    static {
        Observers.setAccess(new ArenaAccess() {
            @Override
            public ArenaInfo account(MallocArena arena) {
                return arena.account();
            }

            @Override
            public int id(MallocArena arena) {
                return arena.index();
            }

            @Override
            public void timeScopes(ScopeTimer timer) {
                ScopeStack.timeBy(timer);
            }
        });
    }

    private final String name;
    /** 0 if this arena does not isolate. Not used once this arena is retired, when it may be another one's. */
    private final long handle;
    /** Above 0. No other arena's until this one is retired. */
    private final int index;
    /** No other arena's ever, and not 0. */
    private final long number = NUMBERS.incrementAndGet();
    /** How many scopes arenas with this index had before; guarded by {@link Retirement#LOCK}, as is the next one. */
    private final long scopesBefore;
    private long scopesWhenRetired;
    private volatile boolean closed;
    /** Whether each thread sees that this arena is closed, or has its scopes of it seen; guarded by the same lock. */
    private boolean fenced;
    private volatile boolean retired;
    /** Held while the handle is used for more than a scope, so that it is not retired meanwhile. */
    private final ReentrantLock lock = new ReentrantLock();

    private MallocArena(String name, long handle, int index) {
        this.name = name;
        this.handle = handle;
        this.index = index;
        this.scopesBefore = ScopeStack.count(index);
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
        return builder(name).create();
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
        return builder(name).createIfSupported();
    }

    /**
     * Begins to make an arena that has a limit or is inherited from the start.
     *
     * <pre>{@code
     *     MallocArena netio = MallocArena.builder("netio").limit(64 << 20).inherit(true).create();
     * }</pre>
     *
     * @param name as for {@link #create create}
     * @return a builder
     * @throws IllegalArgumentException if the name is not as {@code create} wants it
     */
    public static Builder builder(String name) {
        requireName(name);
        return new Builder(name);
    }

    private static MallocArena add(String name, long handle) {
        Retirement.LOCK.lock();
        try {
            MallocArena arena = new MallocArena(name, handle, ArenaTable.freeIndex());
            ArenaTable.add(arena);
            return arena;
        } finally {
            Retirement.LOCK.unlock();
        }
    }

    /**
     * Returns the arenas that were made here and are not {@linkplain #isRetired() retired}.
     *
     * @return a new list, in no particular order
     */
    public static List<MallocArena> arenas() {
        Retirement.LOCK.lock();
        try {
            return ArenaTable.all();
        } finally {
            Retirement.LOCK.unlock();
        }
    }

    /**
     * Tells how scopes select their arenas in this JVM.
     *
     * @return the binding, or empty if arenas are not {@linkplain #isSupported() supported}
     */
    public static Optional<Binding> binding() {
        return isSupported() ? Optional.of(Swap.BINDING) : Optional.empty();
    }

    private static void requireName(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the name of a malloc arena has 1 to " + MAX_NAME
                    + " characters, not all of them blank and no control characters among them; this one has "
                    + name.length() + ": '" + name.replaceAll("\\p{Cntrl}", "?") + "'");
        }
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

    /**
     * Says whether this arena was retired: it is closed, and no thread has it selected or can select it again.
     *
     * @return {@code true} from then on; what is left of the arena in the process are the pages with blocks in use
     */
    public boolean isRetired() {
        return retired;
    }

    long handle() {
        return handle;
    }

    int index() {
        return index;
    }

    long number() {
        return number;
    }

    /**
     * Tells how many scopes of this arena were opened so far, open ones included, however they were opened.
     *
     * @return the number; scopes that other threads open meanwhile may be in it or not
     */
    public long scopes() {
        Retirement.LOCK.lock();
        try {
            return retired ? scopesWhenRetired : ScopeStack.count(index) - scopesBefore;
        } finally {
            Retirement.LOCK.unlock();
        }
    }

    /**
     * Selects this arena for the current thread, until the scope that this returns is closed.
     *
     * @return the scope, which this thread must close
     * @throws IllegalStateException if this arena is closed, or the current thread is a virtual one
     */
    public ArenaScope enter() {
        ScopeStack stack = ScopeStack.ofPlatformThread();
        if (stack == null) {
            throw onVirtualThread();
        }
        return new ArenaScope(this, stack);
    }

    private IllegalStateException onVirtualThread() {
        requireOpen();
        return new IllegalStateException("malloc arena '" + name + "' cannot be entered on a virtual thread, since"
                + " its carrier would keep the arena selected when it runs another one: use"
                + " MallocArena.run or MallocArena.call, or a platform thread");
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
        T result;
        try {
            // In here, so that not even an exception that arrives as it returns leaves the scope open.
            stack.push(this, opening);
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
        String forgotten = stack.leave(depth);
        return forgotten == null ? null : new IllegalStateException("work in malloc arena '" + name
                + "' ended with scopes open, which were closed for it: " + forgotten);
    }

    /**
     * Puts a scope of this arena around each call of a method handle, which by intention is one of a native function
     * ({@code java.lang.foreign.Linker.downcallHandle}).
     *
     * <p>On a virtual thread the carrier is kept during the call, as it is by a native function anyway; a target that
     * blocks there blocks the carrier.
     *
     * @param target what to call
     * @return a handle of the same type that does the same in a scope. It throws what {@code target} throws, and what a
     *         linker captures ({@code captureCallState}) is what the function left. Once this arena is closed it throws
     *         {@link IllegalStateException}.
     */
    public MethodHandle wrap(MethodHandle target) {
        return WrappedCalls.wrap(this, target);
    }

    /**
     * Loads a library with JNA, and puts a scope of this arena around each of its functions: {@link #load(String,
     * Class, Map)} without options.
     *
     * @param <T> the type of the library
     * @param library the library's name or path, as for {@code com.sun.jna.Native.load}
     * @param type what declares the functions
     * @return an object to call them with
     */
    public <T> T load(String library, Class<T> type) {
        return load(library, type, Map.of());
    }

    /**
     * Loads a library with JNA, and puts a scope of this arena around each of its functions, and around the loading.
     *
     * <pre>{@code
     *     interface ZLib extends Library {
     *         NativeLong compressBound(NativeLong length);
     *     }
     *
     *     ZLib z = arena.load("z", ZLib.class);
     * }</pre>
     *
     * <p>JNA obtains what it needs for a call, such as a copy of a string, in the same scope. Callbacks run in it, too.
     * On virtual threads a call keeps the carrier until it returns.
     *
     * @param <T> the type of the library
     * @param library the library's name or path, as for {@code com.sun.jna.Native.load}
     * @param type what declares the functions: an interface that extends {@code com.sun.jna.Library} (interface
     *        mapping); or a class that has them as native methods (direct mapping). Such a class can be extended, has a
     *        constructor without arguments, and its native methods are not static, not final, and not private; it must
     *        not call {@code Native.register} itself. It needs Byte Buddy ({@code net.bytebuddy:byte-buddy}) on the
     *        class path.
     * @param options JNA's, as for {@code com.sun.jna.Native.load}
     * @return an object to call the functions with, from any thread. Once this arena is closed its functions throw
     *         {@link IllegalStateException}.
     * @throws IllegalArgumentException if {@code type} is no such interface and no such class
     * @throws IllegalStateException if this arena is closed
     * @throws UnsupportedOperationException if {@code type} is a class, and there is no Byte Buddy
     * @throws UnsatisfiedLinkError if there is no such library, or, for a class, if a function is missing in it
     */
    public <T> T load(String library, Class<T> type, Map<String, ?> options) {
        Objects.requireNonNull(library, "library");
        try {
            return type.isInterface() ? WrappedLibrary.load(this, library, type, options)
                    : WrappedClass.load(this, library, type, options);
        } catch (NoClassDefFoundError e) {
            if (!e.getMessage().startsWith("net/bytebuddy/")) {
                throw e;
            }
            throw new UnsupportedOperationException("to map " + type + " directly needs Byte Buddy"
                    + " (net.bytebuddy:byte-buddy) on the class path; an interface does not", e);
        } catch (Exception e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }

    /**
     * Tells what this arena holds.
     *
     * @return malloc's account of it at this moment
     * @throws IllegalStateException if this arena is closed
     * @throws UnsupportedOperationException if this arena is not {@linkplain #isIsolated() isolated}, so that nobody
     *         knows which blocks would be its own
     */
    public ArenaInfo info() {
        lock.lock();
        try {
            requireOpen();
            requireIsolated("has no account");
            return Shim.info(this);
        } finally {
            lock.unlock();
        }
    }

    /** The account of an arena that may be closed; {@code null} if its handle is out of use, or it has none. */
    private ArenaInfo account() {
        lock.lock();
        try {
            return retired || !isIsolated() ? null : Shim.info(this);
        } catch (IllegalStateException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives this arena's free pages back to the system. Arenas do so by themselves as blocks are freed, and keep a few
     * blocks and pages that are likely to be wanted again; this gives back those as well, but for what is in the caches
     * of threads.
     *
     * @return {@code true} if any memory was given back; {@code false} also if this arena is not {@linkplain
     *         #isIsolated() isolated}
     * @throws IllegalStateException if this arena is closed
     */
    public boolean trim() {
        lock.lock();
        try {
            requireOpen();
            return isIsolated() && Shim.trim(this);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets this arena have no more than so many bytes from the system, which is the {@link ArenaInfo#systemBytes
     * systemBytes} of its account: whole pages, mappings of large blocks included. What would take it beyond that
     * fails: malloc returns {@code NULL}, and the library does what it does when memory is short. Other arenas, and
     * what is allocated outside of scopes, have nothing to do with it.
     *
     * <p>An arena that has more already keeps what it has, and gets no more until it has given enough back. The limit
     * can be changed at any time, and holds for the next allocation.
     *
     * <p><b>The JVM</b> would end the process if malloc had nothing for it, and what it needs for itself on a thread
     * that is in a scope it asks of the scope's arena. So what an arena refuses to the JVM, the default arenas give it.
     * Java code that runs in a scope works on at the limit, and what it obtains through the JVM there ({@code Unsafe},
     * direct buffers) then lies outside of the arena. Native code of the JDK may be refused, and throws {@link
     * OutOfMemoryError}. So open scopes close around the calls into the library.
     *
     * @param bytes the limit, 0 or more; {@link #UNLIMITED} for none, as at first
     * @throws IllegalArgumentException if {@code bytes} is negative
     * @throws IllegalStateException if this arena is closed
     * @throws UnsupportedOperationException if this arena is not {@linkplain #isIsolated() isolated}, and there would
     *         be a limit that nobody keeps; or if this JVM is not HotSpot, or a profiler of malloc has changed it, and
     *         it would end at the limit
     */
    public void limit(long bytes) {
        requireLimit(bytes);
        lock.lock();
        try {
            requireOpen();
            if (bytes != UNLIMITED) {
                requireIsolated("can have no limit");
                requireJvmApart("can have no limit: at the limit the JVM would end the process");
            }
            if (isIsolated()) {
                Shim.limit(this, bytes);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void requireLimit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("the limit of a malloc arena is 0 or more bytes, or"
                    + " MallocArena.UNLIMITED; not " + bytes);
        }
    }

    /**
     * Says whether threads that native code starts in this arena's scopes follow: whether they start with the arena
     * selected, and so obtain from it all that they allocate. Libraries do much of their work on such threads: they
     * write out, compact, prefetch. At first they do not follow. Threads that run already stay as they are.
     *
     * <p>A thread that follows keeps the arena selected until it ends, and a closed arena is retired only then.
     *
     * <p>Java threads, whoever starts them, never follow: they have scopes. Nor do the JVM's own threads.
     *
     * @param on whether new threads follow
     * @throws IllegalStateException if this arena is closed
     * @throws UnsupportedOperationException if {@code on}, and this JVM is not HotSpot, or a profiler of malloc has
     *         changed it, so that its threads would follow as well
     */
    public void inherit(boolean on) {
        lock.lock();
        try {
            requireOpen();
            if (isIsolated()) {
                if (on) {
                    requireJvmApart("cannot be inherited: the JVM's own threads would follow as well");
                }
                Shim.inherit(this, on);
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireIsolated(String what) {
        if (!isIsolated()) {
            throw new UnsupportedOperationException("malloc arena '" + name + "' " + what + ", since it is none: "
                    + Support.REASON);
        }
    }

    private void requireJvmApart(String what) {
        if (!Support.JVM_APART) {
            throw new UnsupportedOperationException("malloc arena '" + name + "' " + what + ", and ArenaScope cannot"
                    + " keep this one (" + System.getProperty("java.vm.name") + ") from it, for it finds no libjvm.so"
                    + " that calls glibc's malloc; run on HotSpot, with no profiler of malloc in it");
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("malloc arena '" + name + "' is closed: make another one, or"
                    + " close it later");
        }
    }

    /**
     * Closes this arena: no scope can be opened any more, and {@link #info}, {@link #trim}, {@link #limit} and {@link
     * #inherit} throw. Scopes that are open stay open, and blocks stay valid. If no thread has the arena selected, it
     * is retired before this returns; otherwise as soon as the last open scope ends, or within a second or so of the
     * end of the last thread that follows. Does nothing if the arena is retired already. If a {@link
     * StackOverflowError} or an {@link OutOfMemoryError}, here or at the end of a scope, kept the arena from being
     * retired, another call makes up for it.
     */
    @Override
    public void close() {
        closed = true;
        retireUnlessSelected();
    }

    /** Retires this arena, which is closed, or has it retired later. */
    void retireUnlessSelected() {
        StackRoom.require();
        lock.lock();
        try {
            Retirement.LOCK.lock();
            retireAndUnlock();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same, but waits for no lock. If it would have to, the thread that closed the arena has found it in a scope,
     * and had it scheduled for later; or is about to look, and finds the caller's scope ended.
     */
    void retireUnlessBusy() {
        StackRoom.require();
        if (lock.tryLock()) {
            try {
                if (Retirement.LOCK.tryLock()) {
                    retireAndUnlock();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void retireAndUnlock() {
        try {
            if (!retired) {
                tryToRetire();
            }
            if (retired) {
                ArenaTable.remove(this);
                Retirement.done(this);
                Observers.changed();
            } else {
                Retirement.schedule();
            }
        } finally {
            Retirement.LOCK.unlock();
        }
    }

    private void tryToRetire() {
        Retirement.begin(this);
        if (!fenced) {
            AsymmetricFence.rare();
            fenced = true;
        }
        if (!ScopeStack.anyHolds(this)) {
            scopesWhenRetired = scopes();
            retired = !isIsolated() || Shim.retire(this);
        }
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

    /**
     * Makes a {@link MallocArena} that is set up before anybody can use it. For use by one thread; it may be used
     * again, and makes a new arena each time.
     */
    public static final class Builder {
        private final String name;
        private long limit = UNLIMITED;
        private boolean inherit;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Sets the arena's limit.
         *
         * @param bytes as for {@link MallocArena#limit}
         * @return this builder
         * @throws IllegalArgumentException if {@code bytes} is negative
         */
        public Builder limit(long bytes) {
            requireLimit(bytes);
            limit = bytes;
            return this;
        }

        /**
         * Sets whether threads that native code starts in the arena's scopes follow.
         *
         * @param on as for {@link MallocArena#inherit}
         * @return this builder
         */
        public Builder inherit(boolean on) {
            inherit = on;
            return this;
        }

        /**
         * Makes the arena.
         *
         * @return a new arena, isolated from everything else
         * @throws UnsupportedOperationException if this process has no dedicated arenas, or the limit or inheritance
         *         cannot be had, as {@link MallocArena#limit} and {@link MallocArena#inherit} say; the message says
         *         why, and what to do
         * @throws OutOfMemoryError if there is no native memory for it
         */
        public MallocArena create() {
            if (!isSupported()) {
                Observers.changed();
                throw new UnsupportedOperationException("no malloc arena '" + name + "' can be made: "
                        + Support.REASON + "; or use MallocArena.createIfSupported to run without isolation");
            }
            StackRoom.require();
            return setUp(add(name, Shim.newArena()));
        }

        /**
         * Makes the arena where that is {@linkplain MallocArena#isSupported() supported}, and elsewhere one that does
         * nothing, as {@link MallocArena#createIfSupported} does.
         *
         * @return a new arena; {@link MallocArena#isIsolated()} says which kind
         * @throws UnsupportedOperationException if there is no support and a limit was set, which nobody would keep,
         *         or if there is, and the limit or inheritance cannot be had
         * @throws OutOfMemoryError if arenas are supported, and there is no native memory for one
         */
        public MallocArena createIfSupported() {
            StackRoom.require();
            return setUp(add(name, isSupported() ? Shim.newArena() : 0));
        }

        private MallocArena setUp(MallocArena arena) {
            try {
                if (limit != UNLIMITED) {
                    arena.limit(limit);
                }
                if (inherit) {
                    arena.inherit(true);
                }
                Observers.changed();
                return arena;
            } catch (Throwable e) {
                arena.close();
                throw e;
            }
        }
    }
}
