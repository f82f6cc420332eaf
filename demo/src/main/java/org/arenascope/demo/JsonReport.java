package org.arenascope.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The comparison as a program reads it: one object, sizes in bytes, resident sizes absolute. */
final class JsonReport {

    private JsonReport() {
    }

    static String of(String workload, List<ModeResult> results, Verdict verdict) {
        Map<String, Object> modes = new LinkedHashMap<>();
        Map<String, Object> jvmGrowth = new LinkedHashMap<>();
        Map<String, Object> misplaced = new LinkedHashMap<>();
        long liveBytes = 0;
        for (ModeResult result : results) {
            Map<String, Object> mode = new LinkedHashMap<>();
            mode.put("rss", result.rss().toJson());
            mode.put("seconds", result.seconds());
            modes.put(result.mode().toString(), mode);
            jvmGrowth.put(result.mode().toString(), result.jvmGrowth());
            misplaced.put(result.mode().toString(), result.misplaced());
            liveBytes = Math.max(liveBytes, result.libraryLiveBytes());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workload", workload);
        json.put("library_live_bytes", liveBytes);
        json.put("modes", modes);
        json.put("jvm_growth", jvmGrowth);
        json.put("misplaced_blocks", misplaced);
        json.put("good", verdict.good());
        List<Search> searches = results.get(results.size() - 1).searches();
        if (!searches.isEmpty()) {
            json.put("searches", searches.stream().map(Search::toJson).toList());
        }
        try {
            return JSON.std.asString(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
