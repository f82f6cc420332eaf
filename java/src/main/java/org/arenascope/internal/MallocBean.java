package org.arenascope.internal;

import java.util.Objects;
import java.util.function.ToLongFunction;

import org.arenascope.ArenaInfo;
import org.arenascope.Malloc;
import org.arenascope.MallocArena;
import org.arenascope.observe.MallocMXBean;

/** The MXBean of all arenas. */
final class MallocBean implements MallocMXBean {
    private static long sum(ToLongFunction<ArenaInfo> size) {
        return MallocArena.arenas().stream().map(Observers::account).filter(Objects::nonNull).mapToLong(size).sum();
    }

    @Override
    public boolean isSupported() {
        return MallocArena.isSupported();
    }

    @Override
    public String getUnsupportedReason() {
        return MallocArena.unsupportedReason().orElse(null);
    }

    @Override
    public String getBinding() {
        return MallocArena.binding().map(Enum::name).orElse(null);
    }

    @Override
    public int getArenas() {
        return MallocArena.arenas().size();
    }

    @Override
    public long getSystemBytes() {
        return sum(ArenaInfo::systemBytes);
    }

    @Override
    public long getMappedBytes() {
        return sum(ArenaInfo::mappedBytes);
    }

    @Override
    public long getInUseBytes() {
        return sum(ArenaInfo::inUseBytes);
    }

    @Override
    public long getCachedBytes() {
        return sum(ArenaInfo::cachedBytes);
    }

    @Override
    public long getReturnedBytes() {
        return sum(ArenaInfo::returnedBytes);
    }

    @Override
    public boolean trim() {
        return Malloc.trim();
    }

    @Override
    public String info() {
        return Malloc.info();
    }
}
