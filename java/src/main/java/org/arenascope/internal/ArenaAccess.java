package org.arenascope.internal;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;

/** What observers may do with arenas beyond their public methods. */
public interface ArenaAccess {
    /**
     * Tells what an arena holds, also if it is closed.
     *
     * @param arena an arena
     * @return its account; {@code null} if it is retired, or not isolated
     */
    ArenaInfo account(MallocArena arena);

    /**
     * Returns a number that is only this arena's until it is retired.
     *
     * @param arena an arena
     * @return above 0
     */
    int id(MallocArena arena);

    /**
     * Has scopes told to a timer, those that begin a moment later at the latest.
     *
     * @param timer the timer, or {@code null} for none
     */
    void timeScopes(ScopeTimer timer);
}
