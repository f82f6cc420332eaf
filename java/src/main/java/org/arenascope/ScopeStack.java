package org.arenascope;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.arenascope.internal.ScopeTimer;

/**
 * The open scopes of one thread, innermost last. It knows nothing of the {@link ArenaScope} objects, they know it: so
 * nothing keeps a scope alive that its user forgot, and the JIT compiler can do without the object altogether.
 * Only its thread changes it.
 *
 * <p>An arena of an open scope is not retired, whether it is selected now or when the scopes in it end. For that, a
 * thread first enters the arena in its stack and then sees whether it is closed, and a thread that closes an arena
 * first says so and then looks into all stacks: one of them sees the other, by {@link AsymmetricFence}. A thread that
 * closes a scope takes the arena out and then sees whether it was closed meanwhile, to retire it.
 */
final class ScopeStack extends WeakReference<Thread> {
    private static final ThreadLocal<ScopeStack> STACKS = ThreadLocal.withInitial(ScopeStack::ofNewThread);

    /**
     * By the last bits of a thread's number, the stack of such a platform thread that asked last: a thread that finds
     * its own has it in half the time. Read and written without care, since only the owner of a stack takes it for its
     * own. What a thread that has ended leaves here is small, and keeps neither the thread nor its class loader alive;
     * the places where scopes were opened would, so there are no stacks here if scopes are traced.
     */
    private static final ScopeStack[] RECENT = new ScopeStack[256];
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final boolean BY_MEMORY = MallocArena.isSupported() && Swap.BINDING == Binding.MEMORY;

    /** The number of longs in {@link #frames} for a scope. */
    private static final int FRAME = 3;
    /** The number of longs in {@link #uses} for an arena. */
    private static final int USE = 3;

    private static final int INDEX_BITS = 24;
    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

    /** The stacks of all threads that ever opened a scope. {@link Retirement#LOCK} guards against removals only. */
    private static final Set<Entry> ALL = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<ScopeStack> GARBAGE = new ReferenceQueue<>();
    /** By arena, the scopes of threads that have ended; guarded by the same lock. */
    private static long[] countsOfGarbage = new long[8];

    /** Who is told of scopes, mostly nobody. Not volatile: a scope more or less does not matter. */
    private static ScopeTimer timer;
    /** Whether there is a timer; a constant to the JIT compiler, as long as it does not change. */
    private static final MutableCallSite TIMED = new MutableCallSite(MethodHandles.constant(boolean.class, false));
    private static final MethodHandle IS_TIMED = TIMED.dynamicInvoker();

    static {
        customize();
    }

    private final boolean virtual = PlatformThreads.isVirtual();
    /**
     * The address of the word that says what this thread has selected, or {@link Swap#NO_WORD} if it is to call
     * {@link Swap#swap}, as is a virtual thread: the word belongs to the carrier.
     */
    private final long word;
    /** The arena that the thread had selected before its first scope, which it inherited; {@code null} for none. */
    private final MallocArena inherited;
    private final Shared shared = new Shared();

    /**
     * For the scope at each depth its mark; what was selected before it, the word or if there is none the arena's
     * handle; and what the scope selected, in the same way. A mark is unique on this thread: the number of this scope
     * of its arena, above the arena's index, and no reference, whose store would cost a barrier. Beyond the innermost
     * scope marks are 0.
     */
    private long[] frames = shared.frames;
    private int depth;
    /**
     * By the index of an arena how many scopes of arenas with it this thread has opened; the {@linkplain
     * MallocArena#number number} of the last of these arenas; and a value of the word that selects that one. It has a
     * second such value for as long as the thread has nothing allocated there.
     */
    private long[] uses = shared.uses;
    /** Where each scope was opened, if scopes are {@linkplain Opening#TRACED traced}. */
    private Opening[] openings = new Opening[4];
    /** What the timer made of each scope, or {@code null} as long as it made nothing of any. */
    private Object[] timings;

    private ScopeStack(MallocArena inherited) {
        super(Thread.currentThread());
        this.inherited = inherited;
        word = !BY_MEMORY ? 0 : virtual ? Swap.NO_WORD : Swap.word();
    }

    /** What other threads see, also when the stack is garbage. */
    private static final class Shared {
        volatile long[] frames = new long[4 * FRAME];
        volatile long[] uses = new long[8 * USE];
    }

    private static final class Entry extends WeakReference<ScopeStack> {
        final Shared shared;

        Entry(ScopeStack stack) {
            super(stack, GARBAGE);
            shared = stack.shared;
        }

        boolean hasScopeOf(int arena) {
            long[] frames = shared.frames;
            for (int i = 0; i < frames.length; i += FRAME) {
                if (index((long) LONGS.getOpaque(frames, i)) == arena) {
                    return true;
                }
            }
            return false;
        }

        long count(int arena) {
            long[] uses = shared.uses;
            return USE * arena < uses.length ? (long) LONGS.getOpaque(uses, USE * arena) : 0;
        }
    }

    /** Has scopes that begin a moment later, at the latest, told to a timer, or to nobody if it is {@code null}. */
    static void timeBy(ScopeTimer newTimer) {
        timer = newTimer;
        TIMED.setTarget(MethodHandles.constant(boolean.class, newTimer != null));
        MutableCallSite.syncAll(new MutableCallSite[] {TIMED});
        customize();
    }

    /** See {@link Swap#CALLS_TO_CUSTOMIZE}. */
    private static void customize() {
        for (int i = 0; i < Swap.CALLS_TO_CUSTOMIZE; i++) {
            isTimed();
        }
    }

    private static boolean isTimed() {
        try {
            return (boolean) IS_TIMED.invokeExact();
        } catch (Throwable e) {
            throw PlatformThreads.<RuntimeException>unchecked(e);
        }
    }

    /** The stack of the current thread, or {@code null} if it is a virtual one. */
    static ScopeStack ofPlatformThread() {
        Thread current = Thread.currentThread();
        ScopeStack stack = recent(current);
        if (stack == null) {
            stack = find(current);
            return stack.virtual ? null : stack;
        }
        return stack;
    }

    static ScopeStack ofCurrentThread() {
        Thread current = Thread.currentThread();
        ScopeStack stack = recent(current);
        return stack != null ? stack : find(current);
    }

    private static ScopeStack recent(Thread current) {
        ScopeStack stack = RECENT[(int) current.getId() & RECENT.length - 1];
        return stack != null && stack.refersTo(current) ? stack : null;
    }

    private static ScopeStack find(Thread current) {
        ScopeStack stack = STACKS.get();
        if (!stack.virtual && !Opening.TRACED) {
            RECENT[(int) current.getId() & RECENT.length - 1] = stack;
        }
        return stack;
    }

    private static ScopeStack ofNewThread() {
        StackRoom.require();
        if (PlatformThreads.isVirtual()) {
            return ofVirtualThread();
        }
        Retirement.LOCK.lock();
        try {
            ScopeStack stack = new ScopeStack(MallocArena.isSupported() ? ArenaTable.ofHandle(selected()) : null);
            ALL.add(new Entry(stack));
            removeGarbage();
            return stack;
        } finally {
            Retirement.LOCK.unlock();
        }
    }

    /**
     * Waits for no lock, as no scope of a virtual thread does. The thread may be pinned: if all carriers have such
     * threads that wait, one without a carrier that the lock is handed to can never take it.
     */
    private static ScopeStack ofVirtualThread() {
        ScopeStack stack = new ScopeStack(null);
        ALL.add(new Entry(stack));
        if (Retirement.LOCK.tryLock()) {
            try {
                removeGarbage();
            } finally {
                Retirement.LOCK.unlock();
            }
        }
        return stack;
    }

    private static void removeGarbage() {
        for (Reference<?> gone = GARBAGE.poll(); gone != null; gone = GARBAGE.poll()) {
            remove((Entry) gone);
        }
    }

    private static void remove(Entry entry) {
        ALL.remove(entry);
        int arenas = entry.shared.uses.length / USE;
        if (arenas > countsOfGarbage.length) {
            countsOfGarbage = Arrays.copyOf(countsOfGarbage, arenas);
        }
        for (int i = 0; i < arenas; i++) {
            countsOfGarbage[i] += entry.count(i);
        }
    }

    /** What this thread has selected. The lock keeps it in use for the moment that it is not. */
    private static long selected() {
        long selected = Swap.swap(0);
        if (selected != 0) {
            Swap.swap(selected);
        }
        return selected;
    }

    /** Whether a thread has {@code arena}, which is closed, in its stack. {@link Retirement#LOCK} is held. */
    static boolean anyHolds(MallocArena arena) {
        for (Entry entry : ALL) {
            ScopeStack stack = entry.get();
            if (stack != null && (stack.inherited == arena || entry.hasScopeOf(arena.index())) && stack.isInUse()) {
                return true;
            }
        }
        return false;
    }

    /** How many scopes were opened so far of the arenas that had this index. {@link Retirement#LOCK} is held. */
    static long count(int arena) {
        long count = arena < countsOfGarbage.length ? countsOfGarbage[arena] : 0;
        for (Entry entry : ALL) {
            count += entry.count(arena);
        }
        return count;
    }

    private static int index(long mark) {
        return (int) mark & INDEX_MASK;
    }

    private boolean isInUse() {
        Thread thread = get();
        return thread != null && thread.isAlive();
    }

    private String threadName() {
        Thread thread = get();
        return thread == null ? "that has ended" : "'" + thread.getName() + "'";
    }

    int depth() {
        return depth;
    }

    /** What was selected before the scope at depth {@code d}. */
    long before(int d) {
        return frames[FRAME * d + 1];
    }

    /** What the scope at depth {@code d} selected, as the word or the handle. */
    long selected(int d) {
        return frames[FRAME * d + 2];
    }

    /**
     * Opens a scope at depth {@link #depth()}.
     *
     * @return its mark, to {@link #pop} it with
     * @throws IllegalStateException if the arena is closed; no scope is open then
     * @throws StackOverflowError if there is not stack enough to close the scope, too; no scope is open then
     */
    long push(MallocArena arena, Opening opening) {
        StackRoom.require();
        int d = depth;
        int index = arena.index();
        if (FRAME * d >= frames.length || USE * index >= uses.length) {
            grow(index);
        }
        if (isTimed()) {
            beginTiming(d);
        }
        if (Opening.TRACED) {
            opening.closed = false;
            openings[d] = opening;
        }
        long count = uses[USE * index] + 1;
        long mark = count << INDEX_BITS | index;
        uses[USE * index] = count;
        frames[FRAME * d] = mark;
        AsymmetricFence.frequent();
        try {
            arena.requireOpen();
            select(arena, d);
        } catch (Throwable e) {
            takeBack(arena);
            throw e;
        }
        depth++;
        return mark;
    }

    /** Selects {@code arena} for the scope at depth {@code d}. */
    private void select(MallocArena arena, int d) {
        int use = USE * arena.index();
        if (BY_MEMORY && uses[use + 1] == arena.number()) {
            long selected = uses[use + 2];
            frames[FRAME * d + 1] = Word.get(word);
            frames[FRAME * d + 2] = selected;
            Word.set(word, selected);
        } else if (MallocArena.isSupported()) {
            selectByCall(arena, d);
        }
    }

    private void selectByCall(MallocArena arena, int d) {
        if (hasWord()) {
            frames[FRAME * d + 1] = Word.get(word);
            Swap.swap(arena.handle());
            long selected = Word.get(word);
            frames[FRAME * d + 2] = selected;
            learn(arena, selected);
        } else {
            frames[FRAME * d + 1] = Swap.swap(arena.handle());
            frames[FRAME * d + 2] = arena.handle();
        }
    }

    private void learn(MallocArena arena, long selected) {
        uses[USE * arena.index() + 1] = arena.number();
        uses[USE * arena.index() + 2] = selected;
    }

    private boolean hasWord() {
        return BY_MEMORY && word != Swap.NO_WORD;
    }

    /** Undoes what {@link #push} did. Looks up all it needs: what a handler has from before a call, each call saves. */
    private void takeBack(MallocArena arena) {
        int index = arena.index();
        uses[USE * index]--;
        frames[FRAME * depth] = 0;
        if (Opening.TRACED) {
            closed(depth);
        }
        AsymmetricFence.frequent();
        retireClosed(index);
    }

    /**
     * Closes the scope that was pushed at depth {@code at} with this mark, if that is this thread's innermost, and its
     * arena is selected by the value that it was when the scope was opened.
     *
     * @param before {@link #before} of the scope, which its owner has in a register
     * @param selected {@link #selected} of the scope, likewise
     * @return false if it is not, and nothing has changed
     */
    boolean pop(int at, long mark, long before, long selected) {
        long[] words = frames;
        // One branch for all: with more, ArenaScope.close would be too long for C2 to inline in a handler.
        if (refersTo(Thread.currentThread()) && (at + 1 ^ depth | words[FRAME * at] ^ mark
                | (BY_MEMORY ? Word.get(word) ^ selected : 0)) == 0) {
            if (BY_MEMORY) {
                Word.set(word, before);
            } else if (MallocArena.isSupported()) {
                long now = Swap.swap(before);
                if (now != selected) {
                    requireOurs(now);
                }
            }
            end(words, at, mark);
            return true;
        }
        return false;
    }

    /**
     * Closes a scope that could not be {@linkplain #pop popped}, if it is open and may be closed.
     *
     * @throws IllegalStateException if the scope is open, and stays so
     */
    void close(MallocArena arena, int at, long mark, Opening opening) {
        if ((long) LONGS.getOpaque(shared.frames, FRAME * at) != mark) {
            return;
        }
        if (!refersTo(Thread.currentThread())) {
            throw closedElsewhere(arena, opening);
        }
        if (at + 1 != depth) {
            throw closedOutOfOrder(arena, opening);
        }
        popInnermost();
    }

    private IllegalStateException closedElsewhere(MallocArena arena, Opening opening) {
        return new IllegalStateException("a scope is closed by the thread that opened it: this one, of malloc arena '"
                + arena.name() + "', was opened on thread " + threadName() + " " + Opening.describe(opening)
                + ", and thread '" + Thread.currentThread().getName() + "' tried to close it");
    }

    private IllegalStateException closedOutOfOrder(MallocArena arena, Opening opening) {
        return new IllegalStateException("scopes are closed in the reverse of the order in which they were opened:"
                + " the one of malloc arena '" + arena.name() + "', opened " + Opening.describe(opening)
                + ", cannot be closed before the one " + describeInnermost() + ", both on thread " + threadName());
    }

    /**
     * Closes the scope at depth {@code at}, if it is still open, and those in it.
     *
     * @return what was open in it, for an exception's message, or {@code null} if nothing was
     */
    String leave(int at) {
        if (at == depth - 1) {
            popInnermost();
            return null;
        }
        if (at >= depth) {
            return null;
        }
        try {
            return unwind(at + 1);
        } finally {
            closeDownTo(at);
        }
    }

    /** Closes all scopes but the outermost {@code keep}; says which those were. */
    String unwind(int keep) {
        try {
            StringBuilder left = new StringBuilder();
            while (depth > keep) {
                left.append(left.length() == 0 ? "" : ", ").append(describeInnermost());
                popInnermost();
            }
            return left.toString();
        } finally {
            closeDownTo(keep);
        }
    }

    private void closeDownTo(int keep) {
        while (depth > keep) {
            popInnermost();
        }
    }

    private MallocArena innermost() {
        return ArenaTable.at(index(frames[FRAME * (depth - 1)]));
    }

    private String describeInnermost() {
        return "of malloc arena '" + innermost().name() + "', opened " + Opening.describe(openings[depth - 1]);
    }

    private void popInnermost() {
        int at = depth - 1;
        if (BY_MEMORY && Word.get(word) == selected(at)) {
            Word.set(word, before(at));
        } else if (MallocArena.isSupported()) {
            selectAgain(at, before(at));
        }
        end(frames, at, frames[FRAME * at]);
    }

    /** Closes the innermost scope, once its arena is not selected any longer. */
    private void end(long[] words, int at, long mark) {
        MallocArena timed = isTimed() && timings != null ? innermost() : null;
        depth = at;
        words[FRAME * at] = 0;
        if (Opening.TRACED) {
            closed(at);
        }
        AsymmetricFence.frequent();
        if (Retirement.isPending()) {
            retireClosed(index(mark));
        }
        if (timed != null) {
            endTiming(at, timed);
        }
    }

    /** Selects what was selected before the innermost scope, whose arena is selected by another value than it was. */
    private void selectAgain(int at, long before) {
        MallocArena arena = innermost();
        long value = hasWord() ? Word.get(word) : 0;
        long selected = Swap.swap(hasWord() ? 0 : before);
        if (selected != arena.handle()) {
            requireOurs(selected);
        }
        if (hasWord()) {
            if (selected == arena.handle()) {
                learn(arena, value);
            }
            Word.set(word, before);
        }
    }

    private void beginTiming(int d) {
        ScopeTimer now = timer;
        Object timing = now == null ? null : now.begin();
        if (timing != null || timings != null) {
            if (timings == null || d >= timings.length) {
                timings = timings == null ? new Object[openings.length] : Arrays.copyOf(timings, openings.length);
            }
            timings[d] = timing;
        }
    }

    private void endTiming(int at, MallocArena arena) {
        Object timing = at < timings.length ? timings[at] : null;
        if (timing != null) {
            timings[at] = null;
            ScopeTimer now = timer;
            if (now != null) {
                now.end(timing, arena);
            }
        }
    }

    /**
     * Selects again what was selected in place of the innermost scope's arena, if it is an arena of another copy of
     * this library: that one's scope is open, and would go back to ours when it ends, which could be retired by then.
     */
    private void requireOurs(long selected) {
        MallocArena ours = ArenaTable.ofHandle(selected);
        if (selected != 0 && (ours == null || ours.isRetired())) {
            Swap.swap(selected);
            throw new IllegalStateException("scopes are closed in the reverse of the order in which they were opened:"
                    + " the one " + describeInnermost()
                    + " on thread " + threadName() + ", cannot be closed before one of an arena that another copy"
                    + " of this library, in another class loader, or native code has selected");
        }
    }

    private void closed(int at) {
        Opening opening = openings[at];
        openings[at] = null;
        Opening.closed(opening);
    }

    /**
     * Retires the arena with this index, if it is closed. It may be another one than that of the scope that had it: a
     * mark of this thread's that came too late for a closed arena may have kept the next one with its index.
     */
    private void retireClosed(int index) {
        MallocArena arena = ArenaTable.at(index);
        if (arena != null && arena.isClosed()) {
            if (virtual) {
                arena.retireUnlessBusy();
            } else {
                arena.retireUnlessSelected();
            }
        }
    }

    /** Makes room for one more scope, and for an arena of this index. */
    private void grow(int index) {
        if (FRAME * depth == frames.length) {
            Opening[] newOpenings = Arrays.copyOf(openings, depth * 2);
            frames = Arrays.copyOf(frames, depth * 2 * FRAME);
            shared.frames = frames;
            openings = newOpenings;
        }
        if (USE * index >= uses.length) {
            uses = Arrays.copyOf(uses, Integer.highestOneBit(index) * 2 * USE);
            shared.uses = uses;
        }
    }
}
