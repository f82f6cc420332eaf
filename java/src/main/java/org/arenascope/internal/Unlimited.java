package org.arenascope.internal;

import org.arenascope.MallocArena;

/** How sizes that are none are shown. */
final class Unlimited {
    /** No limit, and any size of an arena that has no account. */
    static final long NONE = -1;

    private Unlimited() {
    }

    /** A limit of {@link MallocArena}'s as it is shown. */
    static long shown(long limit) {
        return limit == MallocArena.UNLIMITED ? NONE : limit;
    }
}
