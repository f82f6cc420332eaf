package org.arenascope.top;

import java.util.LinkedHashMap;
import java.util.Map;

import javax.management.Attribute;
import javax.management.AttributeList;

/**
 * An arena as its MXBean shows it, in bytes. What has no figure is {@link #NONE}.
 *
 * @param id distinguishes arenas of one name
 */
record Arena(String id, String name, boolean isolated, boolean closed, long system, long mapped, long inUse,
        long cached, long returned, long peak, long limit, long threads, long scopes) {
    static final long NONE = -1;

    /** What is read, all at once. */
    static final String[] ATTRIBUTES = {"Name", "Isolated", "Closed", "SystemBytes", "MappedBytes", "InUseBytes",
        "CachedBytes", "ReturnedBytes", "PeakBytes", "LimitBytes", "SelectedThreads", "Scopes"};

    static Arena of(String id, AttributeList attributes) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Attribute attribute : attributes.asList()) {
            values.put(attribute.getName(), attribute.getValue());
        }
        return new Arena(id, (String) values.get("Name"), Boolean.TRUE.equals(values.get("Isolated")),
                Boolean.TRUE.equals(values.get("Closed")), number(values, "SystemBytes"), number(values, "MappedBytes"),
                number(values, "InUseBytes"), number(values, "CachedBytes"), number(values, "ReturnedBytes"),
                number(values, "PeakBytes"), number(values, "LimitBytes"), number(values, "SelectedThreads"),
                number(values, "Scopes"));
    }

    private static long number(Map<String, Object> values, String name) {
        return values.get(name) instanceof Long number ? number : NONE;
    }

    /** What of it can be resident. */
    long held() {
        return system == NONE ? NONE : Math.max(0, system - returned);
    }
}
