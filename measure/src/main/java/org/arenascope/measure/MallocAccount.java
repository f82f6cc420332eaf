package org.arenascope.measure;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** glibc's own account of its arenas, {@code malloc_info}, in a table. */
public final class MallocAccount {

    private record Line(String moment, String arena, long system, long free) {
    }

    /** A JVM's threads have an arena each; those that hold less than this share a line. */
    private static final long SMALL = 1_000_000;

    private final List<Line> lines = new ArrayList<>();

    /** Adds a moment: its name, and what {@code malloc_info} wrote then. */
    public void add(String moment, String xml) {
        Element root = parse(xml);
        int small = 0;
        long smallSystem = 0;
        long smallFree = 0;
        String shown = moment;
        for (Element heap : children(root, "heap")) {
            long system = size(heap, "system", "current");
            long free = free(heap);
            String number = heap.getAttribute("nr");
            boolean dedicated = isDedicated(heap);
            if (!dedicated && system < SMALL) {
                small++;
                smallSystem += system;
                smallFree += free;
                continue;
            }
            String kind = dedicated ? "dedicated" : number.equals("0") ? "main" : "a thread's";
            lines.add(new Line(shown, number + ", " + kind, system, free));
            shown = "";
        }
        lines.add(new Line(shown, small + " small ones", smallSystem, smallFree));
        lines.add(new Line("", "mmapped blocks", size(root, "total", "mmap"), 0));
    }

    /** All moments, in the order in which they were added. */
    public String table() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, lines, List.of(
                new Column().header("moment").dataAlign(HorizontalAlign.LEFT).with(Line::moment),
                new Column().header("arena").dataAlign(HorizontalAlign.LEFT).with(Line::arena),
                new Column().header("from the system, MB").with(line -> ByteSize.megabytes(line.system())),
                new Column().header("in use, MB").with(line -> ByteSize.megabytes(line.system() - line.free())),
                new Column().header("free, MB").with(line -> ByteSize.megabytes(line.free()))));
    }

    /** The bytes in blocks of each dedicated arena, by its number; blocks with mappings of their own left out. */
    public static Map<String, Long> inUseInDedicatedArenas(String xml) {
        Map<String, Long> inUse = new LinkedHashMap<>();
        for (Element heap : children(parse(xml), "heap")) {
            if (isDedicated(heap)) {
                inUse.put(heap.getAttribute("nr"), size(heap, "system", "current") - free(heap));
            }
        }
        return inUse;
    }

    /** The bytes in blocks of all other arenas, blocks with mappings of their own left out as well. */
    public static long inUseInDefaultArenas(String xml) {
        long inUse = 0;
        for (Element heap : children(parse(xml), "heap")) {
            if (!isDedicated(heap)) {
                inUse += size(heap, "system", "current") - free(heap);
            }
        }
        return inUse;
    }

    private static boolean isDedicated(Element heap) {
        return heap.getAttribute("type").equals("dedicated");
    }

    private static long free(Element heap) {
        return size(heap, "total", "fast") + size(heap, "total", "rest");
    }

    private static Element parse(String xml) {
        try {
            return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml))).getDocumentElement();
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new CommandException(ExitCode.RUN, "malloc_info gave no XML: " + e.getMessage());
        }
    }

    private static long size(Element parent, String name, String type) {
        for (Element child : children(parent, name)) {
            if (child.getAttribute("type").equals(type)) {
                return Long.parseLong(child.getAttribute("size"));
            }
        }
        return 0;
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
