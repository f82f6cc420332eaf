package org.arenascope.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A question to the library, and its answer. */
record Search(String query, List<Hit> hits) {

    record Hit(String id, String name, String summary) {
    }

    Map<String, Object> toJson() {
        List<Map<String, Object>> results = new ArrayList<>();
        for (Hit hit : hits) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("id", hit.id());
            result.put("name", hit.name());
            result.put("summary", hit.summary());
            results.add(result);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("query", query);
        json.put("results", results);
        return json;
    }

    static Search fromJson(Map<?, ?> json) {
        List<Hit> hits = new ArrayList<>();
        for (Object result : (List<?>) json.get("results")) {
            Map<?, ?> hit = (Map<?, ?>) result;
            hits.add(new Hit((String) hit.get("id"), (String) hit.get("name"), (String) hit.get("summary")));
        }
        return new Search((String) json.get("query"), hits);
    }
}
