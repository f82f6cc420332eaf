package org.arenascope.libraries;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What {@code cycles} printed. The figures are those of the last cycle, sizes in bytes.
 *
 * @param json its JSON
 */
record CyclesResult(Map<String, Object> json) {

    private static Map<?, ?> object(Map<?, ?> parent, String name) {
        return (Map<?, ?>) parent.get(name);
    }

    private static long number(Map<?, ?> parent, String name) {
        return ((Number) parent.get(name)).longValue();
    }

    private Map<?, ?> first() {
        return (Map<?, ?>) ((List<?>) json.get("cycles")).get(0);
    }

    private Map<?, ?> last() {
        List<?> cycles = (List<?>) json.get("cycles");
        return (Map<?, ?>) cycles.get(cycles.size() - 1);
    }

    private Map<?, ?> moment(String name) {
        return object(last(), name);
    }

    /** The shared library's name. */
    String file() {
        return (String) object(json, "mapped").get("file");
    }

    /** What the shared library allocates with, as far as is known. */
    String allocator() {
        return (String) object(json, "mapped").get("allocator");
    }

    boolean trimmed() {
        return last().containsKey("trimmed");
    }

    /** The resident size before the first cycle. */
    long before() {
        return number(object(first(), "before"), "rss");
    }

    /** The resident size at a moment, over that before the first cycle. */
    long resident(String moment) {
        return number(moment(moment), "rss") - before();
    }

    /** The same at the very end, when nothing had been done for a while. */
    static Function<CyclesResult, Long> idle() {
        return result -> number(object(result.json, "idle"), "rss") - result.before();
    }

    /** What the JVM committed for itself from before the first cycle to the end of the last. */
    long jvmGrowth() {
        return number(moment("collected"), "jvm") - number(object(first(), "before"), "jvm");
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> ownFigures(String moment) {
        return (Map<String, Object>) moment(moment).get("own");
    }

    /** What the library says that it holds. */
    long own(String moment) {
        return ownFigures(moment).values().stream().mapToLong(bytes -> ((Number) bytes).longValue()).sum();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> arena(String moment) {
        return (Map<String, Object>) moment(moment).get("arena");
    }

    /** By how much the bytes in use in the arena grew from before to loaded. */
    long accounted() {
        return inUse("loaded") - inUse("before");
    }

    /** The bytes in use in the arena at a moment. */
    long inUse(String moment) {
        return number(arena(moment), "in_use");
    }

    /** The most that the arena ever had from the system. */
    long peak() {
        return number(arena("collected"), "peak");
    }

    /** What can at most be resident of the arena after close and a collection. */
    long arenaResident() {
        return number(arena("collected"), "system") - number(arena("collected"), "returned");
    }
}
