package org.arenascope.libraries;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured beside what was to be reached. */
final class Findings {

    private record Finding(int item, String what, String measured, String goal, Boolean met,
            Map<String, Object> detail) {

        String verdict() {
            return met == null ? "" : met ? "met" : "MISSED";
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("item", item);
            json.put("what", what);
            json.put("measured", measured);
            json.put("goal", goal);
            json.put("met", met);
            json.put("detail", detail);
            return json;
        }
    }

    private final List<Finding> findings = new ArrayList<>();

    /** A ratio, as a percentage, that was not to leave these bounds. */
    void percent(int item, String what, double ratio, double least, double most, Map<String, Object> detail) {
        String goal = least <= 0 ? format("at most %.0f %%", most * 100)
                : most == Double.MAX_VALUE ? format("at least %.0f %%", least * 100)
                : format("%.0f to %.0f %%", least * 100, most * 100);
        findings.add(new Finding(item, what, format("%.1f %%", ratio * 100), goal, ratio >= least && ratio <= most,
                detail));
    }

    /** Something for which there is no goal, and why. */
    void note(int item, String what, String measured, String why) {
        findings.add(new Finding(item, what, measured, why, null, Map.of()));
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    List<Map<String, Object>> toJson() {
        return findings.stream().map(Finding::toJson).toList();
    }

    String table() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, findings, List.of(
                new Column().header("item").with(finding -> Integer.toString(finding.item())),
                left("what", 44).with(Finding::what),
                new Column().header("measured").maxWidth(24).with(Finding::measured),
                left("goal", 34).with(Finding::goal),
                left("", 10).with(Finding::verdict)));
    }

    private static Column left(String header, int width) {
        return new Column().header(header).headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT)
                .maxWidth(width);
    }
}
