package org.arenascope.top;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;

/** Arenas as a program reads them: an object in a line, sizes in bytes, without what has no figure. */
final class JsonView {
    private JsonView() {
    }

    static String show(Snapshot snapshot, Snapshot earlier, Sort sort) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", snapshot.time().toString());
        json.put("pid", snapshot.pid());
        json.put("command", snapshot.command());
        if (snapshot.resident().isPresent()) {
            json.put("rss", snapshot.resident().getAsLong());
        }
        if (snapshot.binding() != null) {
            json.put("binding", snapshot.binding());
        }
        if (snapshot.unsupported() != null) {
            json.put("unsupported", snapshot.unsupported());
        }
        List<Map<String, Object>> arenas = new ArrayList<>();
        snapshot.arenas().stream().sorted(sort.order()).forEach(arena -> arenas.add(json(arena, snapshot, earlier)));
        json.put("arenas", arenas);
        Map<String, Object> total = new LinkedHashMap<>();
        total.put("held", snapshot.sum(Arena::held));
        total.put("in_use", snapshot.sum(Arena::inUse));
        total.put("system", snapshot.sum(Arena::system));
        json.put("total", total);
        try {
            return JSON.std.asString(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> json(Arena arena, Snapshot snapshot, Snapshot earlier) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", arena.name());
        json.put("bean", arena.id());
        json.put("isolated", arena.isolated());
        json.put("closed", arena.closed());
        put(json, "held", arena.held());
        put(json, "in_use", arena.inUse());
        put(json, "cached", arena.cached());
        put(json, "system", arena.system());
        put(json, "mapped", arena.mapped());
        put(json, "returned", arena.returned());
        put(json, "peak", arena.peak());
        put(json, "limit", arena.limit());
        put(json, "threads", arena.threads());
        put(json, "scopes", arena.scopes());
        double rate = snapshot.scopesPerSecond(arena, earlier);
        if (!Double.isNaN(rate)) {
            json.put("scopes_per_second", rate);
        }
        return json;
    }

    private static void put(Map<String, Object> json, String name, long figure) {
        if (figure != Arena.NONE) {
            json.put(name, figure);
        }
    }
}
