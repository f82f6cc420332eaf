package org.arenascope.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;

import org.arenascope.images.TestReport.Outcome;
import org.arenascope.images.TestReport.TestCase;
import org.junit.jupiter.api.Test;

class TestReportTest {
    @Test
    void everyTestKeepsItsNameItsOutcomeAndItsReason() throws IOException {
        TestReport report = TestReport.parse("""
                <testsuite name="JUnit Jupiter" tests="4">
                <testcase name="passes()" classname="a.B" time="0.1"><system-out>text</system-out></testcase>
                <testcase name="fails()" classname="a.B"><failure message="no" type="E"><![CDATA[E: no
                \tat a.B.fails]]></failure></testcase>
                <testcase name="breaks()" classname="a.B"><error message="broken" type="E"/></testcase>
                <testcase name="waits()" classname="a.C"><skipped message="not here"/></testcase>
                </testsuite>
                """);

        assertEquals(List.of(
                new TestCase("a.B", "passes()", Outcome.PASSED, ""),
                new TestCase("a.B", "fails()", Outcome.FAILED, "E: no\n\tat a.B.fails"),
                new TestCase("a.B", "breaks()", Outcome.FAILED, "broken"),
                new TestCase("a.C", "waits()", Outcome.SKIPPED, "not here")), report.testCases());
    }

    @Test
    void whatIsNoReportIsRefused() {
        assertThrows(IOException.class, () -> TestReport.parse("Exception in thread main"));
    }
}
