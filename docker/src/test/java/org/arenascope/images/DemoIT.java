package org.arenascope.images;

import static org.arenascope.images.Comparison.megabytes;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The demo's figures, over each process's own baseline.
 */
@Testcontainers
@ParameterizedClass(name = "JDK {0}")
@ValueSource(ints = {21, 25})
class DemoIT {
    @Container
    private final ImageContainer container;

    DemoIT(int jdk) {
        this.container = ImageContainer.demo(jdk);
    }

    @Test
    void theSeedsMemoryReturnsWithArenasAndStaysWithout() throws Exception {
        Result result = compare("seed");

        Comparison comparison = Comparison.parse(result.output());
        assertAll(
                () -> assertEquals(0, result.exitCode()),
                () -> assertTrue(comparison.mode("default").freedOverBaseline() >= megabytes(190)),
                () -> assertTrue(comparison.mode("arena-app").freedOverBaseline() <= megabytes(14)),
                () -> assertTrue(comparison.mode("arena").trimmedOverBaseline() <= megabytes(14)));
    }

    @Test
    void theCataloguesMemoryReturnsWithNoTrim() throws Exception {
        Result result = compare("catalog");

        Comparison comparison = Comparison.parse(result.output());
        long limit = comparison.libraryLiveBytes() * 5 / 4 + megabytes(24);
        assertAll(
                () -> assertEquals(0, result.exitCode()),
                () -> assertTrue(comparison.libraryLiveBytes() > 0),
                () -> assertTrue(comparison.mode("default").freed() > 0),
                () -> assertTrue(comparison.mode("arena-app").freedOverBaseline() <= limit));
    }

    /** Shows what the demo wrote, the figures, in the log of the tests. */
    private Result compare(String workload) {
        Result result = container.run("java", "-jar", "/opt/arenascope/arenascope-demo.jar",
                "compare", "--workload", workload, "--format", "json");
        System.out.println(container.getDockerImageName() + " compare --workload " + workload + ": " + result);
        return result;
    }
}
