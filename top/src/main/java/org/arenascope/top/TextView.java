package org.arenascope.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.HorizontalAlign;

/** Arenas as a person reads them: a heading and a table that fit the screen. */
final class TextView {
    private static final int SHORTEST_NAME = 12;
    /** The table's borders and headers, two lines below the arenas, and the line that the cursor is in. */
    private static final int OTHER_LINES = 7;
    private static final String ELLIPSIS = "...";

    private final Sort sort;
    private final boolean rates;

    /** A view that shows scopes per second also, or not. */
    TextView(Sort sort, boolean rates) {
        this.sort = sort;
        this.rates = rates;
    }

    /** A line of the table, with a cell of each column. */
    private record Line(String name, List<String> cells) {
        String cell(int column) {
            return cells.get(column);
        }
    }

    String show(Snapshot snapshot, Snapshot earlier, Screen screen) {
        List<String> heading = heading(snapshot);
        List<Line> lines = lines(snapshot, earlier, Math.max(1, screen.rows() - heading.size() - OTHER_LINES));
        StringBuilder text = new StringBuilder();
        heading.forEach(line -> text.append(fit(line, screen.columns())).append('\n'));
        if (snapshot.arenas().isEmpty()) {
            return text.append("no arenas at present\n").toString();
        }
        List<String> headers = headers();
        int columns = headers.size();
        String table = table(lines, headers, columns, screen);
        while (columns > 1 && width(table) > screen.columns()) {
            columns--;
            table = table(lines, headers, columns, screen);
        }
        return text.append(table).append('\n').toString();
    }

    private static List<String> heading(Snapshot snapshot) {
        List<String> lines = new ArrayList<>();
        lines.add("JVM " + snapshot.pid() + " " + snapshot.command());
        lines.add((snapshot.resident().isPresent()
                        ? "RSS " + Column.megabytes(snapshot.resident().getAsLong()) + " MB, " : "")
                + snapshot.arenas().size() + " arenas hold " + Column.megabytes(snapshot.sum(Arena::held)) + " MB"
                + (snapshot.binding() == null ? "" : ", binding " + snapshot.binding()));
        if (snapshot.unsupported() != null) {
            lines.add("not isolated: " + snapshot.unsupported());
        }
        return lines;
    }

    private List<String> headers() {
        List<String> headers = new ArrayList<>();
        for (Column column : Column.values()) {
            headers.add(column.header());
            if (rates && column == Column.LIMIT) {
                headers.add("scopes/s");
            }
        }
        return headers;
    }

    private List<Line> lines(Snapshot snapshot, Snapshot earlier, int most) {
        List<Arena> sorted = snapshot.arenas().stream().sorted(sort.order()).toList();
        List<Line> lines = new ArrayList<>();
        for (Arena arena : sorted.subList(0, Math.min(sorted.size(), most))) {
            lines.add(new Line(arena.name() + (arena.closed() ? " (closed)" : "") + (arena.isolated() ? "" : " (none)"),
                    cells(column -> column.text(arena), snapshot.scopesPerSecond(arena, earlier))));
        }
        if (sorted.size() > most) {
            lines.add(new Line("and " + (sorted.size() - most) + " more", cells(column -> "", Double.NaN)));
        }
        double rate = snapshot.arenas().stream().mapToDouble(arena -> snapshot.scopesPerSecond(arena, earlier))
                .filter(Double::isFinite).sum();
        lines.add(new Line("total", cells(column -> column.total(snapshot), earlier == null ? Double.NaN : rate)));
        return lines;
    }

    private List<String> cells(Function<Column, String> text, double scopesPerSecond) {
        List<String> cells = new ArrayList<>();
        for (Column column : Column.values()) {
            cells.add(text.apply(column));
            if (rates && column == Column.LIMIT) {
                cells.add(Double.isNaN(scopesPerSecond) ? "" : String.format(Locale.ROOT, "%.0f", scopesPerSecond));
            }
        }
        return cells;
    }

    private static String table(List<Line> lines, List<String> headers, int columns, Screen screen) {
        int others = 0;
        for (int i = 0; i < columns; i++) {
            int column = i;
            others += 3 + Math.max(headers.get(i).length(),
                    lines.stream().mapToInt(line -> line.cell(column).length()).max().orElse(0));
        }
        int name = Math.max(SHORTEST_NAME, screen.columns() - others - 4);
        List<com.github.freva.asciitable.ColumnData<Line>> data = new ArrayList<>();
        data.add(new com.github.freva.asciitable.Column().header("arena").headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT).maxWidth(Integer.MAX_VALUE).with(line -> fit(line.name(), name)));
        for (int i = 0; i < columns; i++) {
            int column = i;
            data.add(new com.github.freva.asciitable.Column().header(headers.get(i))
                    .headerAlign(HorizontalAlign.RIGHT).dataAlign(HorizontalAlign.RIGHT)
                    .maxWidth(Integer.MAX_VALUE).with(line -> line.cell(column)));
        }
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, lines, data);
    }

    private static int width(String table) {
        return table.lines().mapToInt(String::length).max().orElse(0);
    }

    private static String fit(String line, int width) {
        return line.length() <= width ? line : line.substring(0, Math.max(0, width - ELLIPSIS.length())) + ELLIPSIS;
    }
}
