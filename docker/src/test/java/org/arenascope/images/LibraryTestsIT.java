package org.arenascope.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.arenascope.images.ImageContainer.Result;
import org.arenascope.images.TestReport.Outcome;
import org.arenascope.images.TestReport.TestCase;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * Runs the modules' own tests, the Java library's and the agent's, in the image. Each shows here under its name and with
 * its result.
 */
@Testcontainers
@ParameterizedClass(name = "{0}, JDK {1}")
@CsvSource({"java, 17", "java, 21", "java, 25", "agent, 17", "agent, 21", "agent, 25"})
class LibraryTestsIT {
    private static final String REPORT = "/tmp/reports/TEST-junit-jupiter.xml";

    private final int jdk;

    @Container
    private final ImageContainer container;

    LibraryTestsIT(String module, int jdk) {
        this.jdk = jdk;
        this.container = ImageContainer.runtime(jdk)
                .withCopyToContainer(Built.tests(module), "/tests")
                .withWorkingDirectory("/tests");
    }

    @TestFactory
    Stream<DynamicNode> libraryTests() throws IOException {
        Result result = container.run("java", "-ea", "--enable-native-access=ALL-UNNAMED",
                "-cp", "test-classes:lib/*", "org.junit.platform.console.ConsoleLauncher", "execute",
                "--scan-class-path=test-classes", "--exclude-tag=stock", "--fail-if-no-tests",
                "--disable-banner", "--details=tree", "--disable-ansi-colors", "--reports-dir=/tmp/reports");

        List<TestCase> testCases = report(result).testCases();
        assertTrue(!testCases.isEmpty(), () -> "no test ran in the container: " + result);
        return Stream.concat(nodes(testCases), Stream.of(launcherTest(result, testCases)));
    }

    private TestReport report(Result result) throws IOException {
        Result report = container.run("cat", REPORT);
        assertEquals(0, report.exitCode(), () -> "the tests left no report: " + result);
        return TestReport.parse(report.output());
    }

    private Stream<DynamicNode> nodes(List<TestCase> testCases) {
        return testCases.stream().collect(Collectors.groupingBy(TestCase::className)).entrySet().stream()
                .map(entry -> DynamicContainer.dynamicContainer(
                        "JDK " + jdk + ": " + entry.getKey(),
                        entry.getValue().stream()
                                .map(testCase -> DynamicTest.dynamicTest(testCase.name(), () -> repeat(testCase)))));
    }

    /** Fails with the stack of the container and none of its own, which would only hide the other. */
    private void repeat(TestCase testCase) {
        switch (testCase.outcome()) {
            case FAILED -> {
                AssertionFailedError failure = new AssertionFailedError("on JDK %d %s.%s failed in the container:%n%s"
                        .formatted(jdk, testCase.className(), testCase.name(), testCase.reason()));
                failure.setStackTrace(new StackTraceElement[0]);
                throw failure;
            }
            case SKIPPED -> throw new TestAbortedException(testCase.reason());
            default -> { }
        }
    }

    /** What is no test's failure but the launcher's (a class that could not be set up) must not be lost. */
    private static DynamicTest launcherTest(Result result, List<TestCase> testCases) {
        boolean failed = testCases.stream().anyMatch(testCase -> testCase.outcome() == Outcome.FAILED);
        return DynamicTest.dynamicTest("the launcher ended as its tests did",
                () -> assertEquals(failed ? 1 : 0, result.exitCode(), result::toString));
    }
}
