package org.arenascope.agent;

import java.util.List;

/**
 * What the agent's argument says about one arena.
 *
 * @param name the arena's name
 * @param limit its limit in bytes, {@link org.arenascope.MallocArena#UNLIMITED} if none is given
 * @param inherit whether threads that native code starts follow
 * @param patterns the classes whose native methods it is for
 */
record Entry(String name, long limit, boolean inherit, List<ClassPattern> patterns) {
    Entry {
        patterns = List.copyOf(patterns);
    }

    boolean matches(String internalName) {
        for (ClassPattern pattern : patterns) {
            if (pattern.matches(internalName)) {
                return true;
            }
        }
        return false;
    }
}
