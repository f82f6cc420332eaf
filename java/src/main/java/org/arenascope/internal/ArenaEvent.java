package org.arenascope.internal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;

/** What an arena holds. */
@Name("org.arenascope.MallocArena")
@Label("Malloc Arena")
@Description("What a malloc arena of ArenaScope's holds")
@Category({"ArenaScope", "Malloc"})
@Period("10 s")
@StackTrace(false)
final class ArenaEvent extends Event {
    @Label("Arena")
    @Description("The arena's name")
    String arena;

    @Label("Id")
    @Description("A number to tell arenas of one name apart; that of a retired arena is used again")
    int id;

    @Label("Closed")
    @Description("Whether no scope of the arena can be opened any more")
    boolean closed;

    @Label("System")
    @Description("What the arena has from the system, in whole pages")
    @DataAmount
    long systemBytes;

    @Label("Mapped")
    @Description("The part of it that is in mappings of single blocks")
    @DataAmount
    long mappedBytes;

    @Label("In Use")
    @Description("What is in live blocks, headers included")
    @DataAmount
    long inUseBytes;

    @Label("Cached")
    @Description("What is in freed blocks that threads keep for the next allocation")
    @DataAmount
    long cachedBytes;

    @Label("Returned")
    @Description("The part of what the arena has from the system that the system was given back, and takes no memory")
    @DataAmount
    long returnedBytes;

    @Label("Peak")
    @Description("The most that the arena had from the system so far")
    @DataAmount
    long peakBytes;

    @Label("Limit")
    @Description("The ceiling on what the arena has from the system, -1 if there is none")
    @DataAmount
    long limitBytes;

    @Label("Selected Threads")
    @Description("The number of threads that have the arena selected")
    long selectedThreads;

    @Label("Scopes")
    @Description("The number of scopes that were entered so far")
    long scopes;

    ArenaEvent(MallocArena of, ArenaInfo info) {
        arena = of.name();
        id = Observers.access().id(of);
        closed = of.isClosed();
        systemBytes = info.systemBytes();
        mappedBytes = info.mappedBytes();
        inUseBytes = info.inUseBytes();
        cachedBytes = info.cachedBytes();
        returnedBytes = info.returnedBytes();
        peakBytes = info.peakBytes();
        limitBytes = Unlimited.shown(info.limitBytes());
        selectedThreads = info.selectedThreads();
        scopes = of.scopes();
    }
}
