package org.arenascope.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;
import org.arenascope.measure.ByteSize;

/** What a library with a limit did, and what its arena held after each step. */
record LimitReport(long limit, List<Step> steps, String failure, long applicationBytes, boolean retired,
        List<String> faults) {

    /** The rows in the library's table, and its arena's account. */
    record Step(String name, long rows, ArenaInfo info) {
    }

    boolean good() {
        return faults.isEmpty();
    }

    String json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("limit", limit);
        json.put("failure", failure);
        Map<String, Object> byName = new LinkedHashMap<>();
        for (Step step : steps) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("rows", step.rows());
            values.put("system_bytes", step.info().systemBytes());
            values.put("mapped_bytes", step.info().mappedBytes());
            values.put("in_use_bytes", step.info().inUseBytes());
            values.put("cached_bytes", step.info().cachedBytes());
            values.put("returned_bytes", step.info().returnedBytes());
            values.put("peak_bytes", step.info().peakBytes());
            values.put("limit_bytes", step.info().limitBytes());
            byName.put(step.name(), values);
        }
        json.put("steps", byName);
        json.put("application_bytes", applicationBytes);
        json.put("retired", retired);
        json.put("good", good());
        try {
            return JSON.std.asString(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String table() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, steps, List.of(
                new Column().header("SQLite").headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT)
                        .with(Step::name),
                new Column().header("rows").with(step -> String.format("%,d", step.rows())),
                megabytes("from the system", ArenaInfo::systemBytes),
                megabytes("in use", ArenaInfo::inUseBytes),
                megabytes("given back", ArenaInfo::returnedBytes),
                megabytes("peak", ArenaInfo::peakBytes),
                megabytes("limit", ArenaInfo::limitBytes)));
    }

    private static com.github.freva.asciitable.ColumnData<Step> megabytes(String header,
            ToLongFunction<ArenaInfo> bytes) {
        return new Column().header(header).with(step -> {
            long value = bytes.applyAsLong(step.info());
            return value == MallocArena.UNLIMITED ? "none" : ByteSize.megabytes(value);
        });
    }
}
