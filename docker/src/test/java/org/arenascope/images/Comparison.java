package org.arenascope.images;

import java.io.IOException;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What the demo reports as JSON: resident sizes of one workload, mode by mode. All sizes are in bytes.
 */
record Comparison(JsonNode report) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Accepts one JSON object and nothing beside it. */
    static Comparison parse(String text) throws IOException {
        return new Comparison(JSON.readTree(text));
    }

    static long megabytes(long count) {
        return count * 1_000_000;
    }

    long libraryLiveBytes() {
        return report.required("library_live_bytes").asLong();
    }

    Mode mode(String name) {
        return new Mode(report.required("modes").required(name).required("rss"));
    }

    /** The resident sizes of one mode's process. */
    record Mode(JsonNode rss) {
        long freed() {
            return rss.required("freed").asLong();
        }

        long freedOverBaseline() {
            return freed() - baseline();
        }

        long trimmedOverBaseline() {
            return rss.required("trimmed").asLong() - baseline();
        }

        private long baseline() {
            return rss.required("baseline").asLong();
        }
    }
}
