package org.arenascope.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one mode came to in a process of its own.
 *
 * @param jvmGrowth   what the JVM committed for itself between the baseline and the application's last free, in bytes
 * @param misplaced   blocks that do not lie in the arena they were requested in
 * @param mallocInfo  {@code malloc_info}'s XML by the name of the moment, if it was asked for
 */
record ModeResult(Mode mode, Rss rss, double seconds, long libraryLiveBytes, long jvmGrowth, long misplaced,
        Optional<String> damage, List<Search> searches, Map<String, String> mallocInfo) {

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mode", mode.toString());
        json.put("rss", rss.toJson());
        json.put("seconds", seconds);
        json.put("library_live_bytes", libraryLiveBytes);
        json.put("jvm_growth", jvmGrowth);
        json.put("misplaced_blocks", misplaced);
        damage.ifPresent(what -> json.put("damage", what));
        json.put("searches", searches.stream().map(Search::toJson).toList());
        json.put("malloc_info", mallocInfo);
        return json;
    }

    static ModeResult fromJson(Map<?, ?> json) {
        List<Search> searches = new ArrayList<>();
        for (Object search : (List<?>) json.get("searches")) {
            searches.add(Search.fromJson((Map<?, ?>) search));
        }
        Map<String, String> mallocInfo = new LinkedHashMap<>();
        ((Map<?, ?>) json.get("malloc_info")).forEach((moment, xml) -> mallocInfo.put((String) moment, (String) xml));
        return new ModeResult(
                Mode.of((String) json.get("mode")),
                Rss.fromJson((Map<?, ?>) json.get("rss")),
                ((Number) json.get("seconds")).doubleValue(),
                ((Number) json.get("library_live_bytes")).longValue(),
                ((Number) json.get("jvm_growth")).longValue(),
                ((Number) json.get("misplaced_blocks")).longValue(),
                Optional.ofNullable((String) json.get("damage")),
                searches,
                mallocInfo);
    }
}
