package org.arenascope.images;

import static org.arenascope.images.Comparison.megabytes;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * What a real library, SQLite, does at the limit of its arena.
 */
@Testcontainers
@ParameterizedClass(name = "JDK {0}")
@ValueSource(ints = {21, 25})
class LimitIT {
    private static final long LIMIT = megabytes(32);

    @Container
    private final ImageContainer container;

    LimitIT(int jdk) {
        this.container = ImageContainer.demo(jdk);
    }

    @Test
    void sqliteSaysThatItHasNoMemoryAndGoesOnWhenTheLimitIsRaised() throws Exception {
        Result result = container.run("java", "-jar", "/opt/arenascope/arenascope-demo.jar",
                "limit", "--limit", Long.toString(LIMIT), "--format", "json");

        System.out.println(container.getDockerImageName() + " limit: " + result);
        assertEquals(0, result.exitCode(), result::toString);
        JsonNode report = new ObjectMapper().readTree(result.output());
        JsonNode full = step(report, "full");
        JsonNode raised = step(report, "raised");
        assertAll(
                () -> assertTrue(report.required("failure").asText().contains("SQLITE_NOMEM")),
                () -> assertEquals(LIMIT, full.required("limit_bytes").asLong()),
                () -> assertTrue(full.required("peak_bytes").asLong() <= LIMIT),
                () -> assertTrue(full.required("in_use_bytes").asLong() > LIMIT * 9 / 10),
                () -> assertEquals(full.required("rows").asLong() + 1001, raised.required("rows").asLong()),
                () -> assertTrue(raised.required("system_bytes").asLong() > LIMIT),
                () -> assertTrue(step(report, "closed").required("in_use_bytes").asLong() < megabytes(1)),
                () -> assertTrue(report.required("retired").asBoolean()));
    }

    private static JsonNode step(JsonNode report, String name) {
        return report.required("steps").required(name);
    }
}
