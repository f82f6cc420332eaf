package org.arenascope.internal;

import org.arenascope.MallocArena;

/** Is told of scopes by the threads that open and close them, outside of the scope. */
public interface ScopeTimer {
    /**
     * A scope is about to be opened.
     *
     * @return what to give to {@link #end}, or {@code null} if this scope is not timed
     */
    Object begin();

    /**
     * A scope was closed.
     *
     * @param timing what {@link #begin} returned
     * @param arena the scope's arena
     */
    void end(Object timing, MallocArena arena);
}
