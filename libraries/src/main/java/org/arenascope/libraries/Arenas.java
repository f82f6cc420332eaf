package org.arenascope.libraries;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.arenascope.ArenaInfo;
import org.arenascope.Malloc;
import org.arenascope.MallocArena;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.arenascope.measure.MallocAccount;

/** The arenas that the agent made in this JVM, if it is there: nothing else of ArenaScope is on the class path. */
final class Arenas {

    private Arenas() {
    }

    private static boolean agentIsThere() {
        try {
            Class.forName("org.arenascope.MallocArena", false, Arenas.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** The account of a library's arena, as JSON; empty without the agent. */
    static Optional<Map<String, Object>> account(Library library) {
        return agentIsThere() ? Present.account(library.toString()) : Optional.empty();
    }

    /** The bytes in blocks of all other arenas, glibc's own; empty without the agent. */
    static Optional<Long> inUseOutside() {
        return agentIsThere() ? Optional.of(MallocAccount.inUseInDefaultArenas(Malloc.info())) : Optional.empty();
    }

    /** Loaded only where the agent has the classes for it. */
    private static final class Present {

        static Optional<Map<String, Object>> account(String name) {
            MallocArena arena = MallocArena.arenas().stream().filter(one -> one.name().equals(name)).findFirst()
                    .orElseThrow(() -> new CommandException(ExitCode.UNSUPPORTED, "the agent made no arena '" + name
                            + "': " + MallocArena.unsupportedReason().orElse("its argument names none")));
            ArenaInfo info = arena.info();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("system", info.systemBytes());
            json.put("in_use", info.inUseBytes());
            json.put("cached", info.cachedBytes());
            json.put("returned", info.returnedBytes());
            json.put("peak", info.peakBytes());
            json.put("threads", info.selectedThreads());
            json.put("scopes", arena.scopes());
            return Optional.of(json);
        }
    }
}
