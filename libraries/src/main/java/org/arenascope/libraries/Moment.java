package org.arenascope.libraries;

import java.util.LinkedHashMap;
import java.util.Map;

import org.arenascope.measure.JvmMemory;
import org.arenascope.measure.ResidentSize;

/** What the process holds at one moment, by the account of everybody who keeps one. */
final class Moment {

    private static final JvmMemory JVM = new JvmMemory();

    private Moment() {
    }

    /** As JSON. Reading the resident size comes first: the others allocate. */
    static Map<String, Object> now(Library library, Map<String, Long> ownFigures) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rss", ResidentSize.read());
        json.put("jvm", JVM.committed());
        Arenas.account(library).ifPresent(account -> json.put("arena", account));
        Arenas.inUseOutside().ifPresent(inUse -> json.put("outside", inUse));
        json.put("own", ownFigures);
        return json;
    }
}
