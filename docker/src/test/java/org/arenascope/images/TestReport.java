package org.arenascope.images;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The report of a JUnit run elsewhere, in the XML format that the console launcher writes.
 */
record TestReport(List<TestCase> testCases) {
    enum Outcome { PASSED, FAILED, SKIPPED }

    /** A test, how it ended, and why if it did not pass. */
    record TestCase(String className, String name, Outcome outcome, String reason) { }

    static TestReport parse(String xml) throws IOException {
        List<TestCase> testCases = new ArrayList<>();
        for (Element testCase : elements(document(xml), "testcase")) {
            testCases.add(testCase(testCase));
        }
        return new TestReport(List.copyOf(testCases));
    }

    private static TestCase testCase(Element element) {
        Outcome outcome = Outcome.PASSED;
        String reason = "";
        for (String tag : List.of("skipped", "failure", "error")) {
            for (Element child : elements(element, tag)) {
                outcome = tag.equals("skipped") ? Outcome.SKIPPED : Outcome.FAILED;
                String text = child.getTextContent().strip();
                reason = text.isEmpty() ? child.getAttribute("message") : text;
            }
        }
        return new TestCase(element.getAttribute("classname"), element.getAttribute("name"), outcome, reason);
    }

    private static Element document(String xml) throws IOException {
        try {
            DocumentBuilder builder = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("not a report of JUnit's: " + xml, e);
        }
    }

    private static List<Element> elements(Element parent, String tag) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = parent.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
