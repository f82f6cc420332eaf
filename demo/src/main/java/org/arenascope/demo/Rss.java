package org.arenascope.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/** A run's resident sizes in bytes, absolute. */
record Rss(long baseline, long allocated, long freed, long trimmed) {

    long allocatedOver() {
        return allocated - baseline;
    }

    long freedOver() {
        return freed - baseline;
    }

    long trimmedOver() {
        return trimmed - baseline;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("baseline", baseline);
        json.put("allocated", allocated);
        json.put("freed", freed);
        json.put("trimmed", trimmed);
        return json;
    }

    static Rss fromJson(Map<?, ?> json) {
        return new Rss(number(json, "baseline"), number(json, "allocated"), number(json, "freed"),
                number(json, "trimmed"));
    }

    private static long number(Map<?, ?> json, String key) {
        return ((Number) json.get(key)).longValue();
    }
}
