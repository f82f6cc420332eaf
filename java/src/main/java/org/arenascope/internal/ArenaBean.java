package org.arenascope.internal;

import java.util.function.ToLongFunction;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;
import org.arenascope.observe.MallocArenaMXBean;

/** An arena's MXBean. */
final class ArenaBean implements MallocArenaMXBean {
    private final MallocArena arena;

    ArenaBean(MallocArena arena) {
        this.arena = arena;
    }

    private long read(ToLongFunction<ArenaInfo> size) {
        ArenaInfo info = Observers.account(arena);
        return info == null ? Unlimited.NONE : size.applyAsLong(info);
    }

    @Override
    public String getName() {
        return arena.name();
    }

    @Override
    public boolean isIsolated() {
        return arena.isIsolated();
    }

    @Override
    public boolean isClosed() {
        return arena.isClosed();
    }

    @Override
    public long getSystemBytes() {
        return read(ArenaInfo::systemBytes);
    }

    @Override
    public long getMappedBytes() {
        return read(ArenaInfo::mappedBytes);
    }

    @Override
    public long getInUseBytes() {
        return read(ArenaInfo::inUseBytes);
    }

    @Override
    public long getCachedBytes() {
        return read(ArenaInfo::cachedBytes);
    }

    @Override
    public long getReturnedBytes() {
        return read(ArenaInfo::returnedBytes);
    }

    @Override
    public long getPeakBytes() {
        return read(ArenaInfo::peakBytes);
    }

    @Override
    public long getLimitBytes() {
        return read(info -> Unlimited.shown(info.limitBytes()));
    }

    @Override
    public void setLimitBytes(long bytes) {
        if (bytes < Unlimited.NONE) {
            throw new IllegalArgumentException("the limit of a malloc arena is 0 or more bytes, or -1 for none; not "
                    + bytes);
        }
        arena.limit(bytes == Unlimited.NONE ? MallocArena.UNLIMITED : bytes);
    }

    @Override
    public long getSelectedThreads() {
        return read(ArenaInfo::selectedThreads);
    }

    @Override
    public long getScopes() {
        return arena.scopes();
    }

    @Override
    public boolean trim() {
        return arena.trim();
    }
}
