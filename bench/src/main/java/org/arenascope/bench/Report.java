package org.arenascope.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;

/** The figures beside the goals. */
final class Report {
    private static final double JNA_NANOSECONDS = 250;
    /** What JMH's profiler finds of its own in a round, over millions of scopes. */
    private static final double NO_BYTES = 0.01;

    private final List<Line> lines = new ArrayList<>();
    private final List<StartUp.Times> starts;

    /**
     * A figure, its ratio to the C pair of its JDK, and what is to be reached.
     *
     * @param goal {@code null} if there is none, and then {@code met} as well
     */
    record Line(int jdk, String binding, String what, double nanoseconds, double toPair, double bytes, String goal,
            Boolean met) {
    }

    Report(List<Figure> figures, List<StartUp.Times> starts) {
        this.starts = starts;
        Map<Integer, Double> pairs = figures.stream().filter(figure -> figure.what().equals(Figure.PAIR))
                .collect(Collectors.toMap(Figure::jdk, Figure::nanoseconds));
        for (Figure figure : figures) {
            lines.add(line(figure, figure.nanoseconds() / pairs.get(figure.jdk())));
        }
    }

    private static Line line(Figure figure, double toPair) {
        String goal = null;
        Boolean met = null;
        boolean noBytes = figure.bytes() < NO_BYTES;
        if (figure.what().equals("nestedAroundWork") && figure.binding().equals("memory")) {
            goal = "0 B";
            met = noBytes;
        } else if (figure.what().equals("empty")) {
            if (figure.binding().equals("jna")) {
                goal = "at most 250 ns, 0 B";
                met = figure.nanoseconds() <= JNA_NANOSECONDS && noBytes;
            } else if (figure.binding().equals("memory") && figure.jdk() != 21) {
                int times = figure.jdk() == 17 ? 6 : 3;
                goal = "at most " + times + " C pairs, 0 B";
                met = toPair <= times && noBytes;
            }
        }
        return new Line(figure.jdk(), figure.binding(), figure.what(), figure.nanoseconds(), toPair, figure.bytes(),
                goal, met);
    }

    public List<Line> getScopes() {
        return lines;
    }

    public List<StartUp.Times> getStarts() {
        return starts;
    }

    String scopesTable() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, lines, List.of(
                column("JDK", HorizontalAlign.RIGHT, line -> String.valueOf(line.jdk())),
                column("binding", HorizontalAlign.LEFT, line -> line.binding() == null ? "" : line.binding()),
                column("what", HorizontalAlign.LEFT, Line::what),
                number("ns", "%.2f", Line::nanoseconds),
                number("C pairs", "%.2f", Line::toPair),
                number("B/op", "%.2f", Line::bytes),
                column("goal", HorizontalAlign.LEFT, line -> line.goal() == null ? "" : line.goal()),
                column("", HorizontalAlign.LEFT, line -> line.met() == null ? "" : verdict(line.met()))));
    }

    String startsTable() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, starts, List.of(
                column("JDK", HorizontalAlign.RIGHT, start -> String.valueOf(start.jdk())),
                column("program", HorizontalAlign.LEFT, StartUp.Times::program),
                number("ms without agent", "%.0f", StartUp.Times::without),
                number("with it", "%.0f", StartUp.Times::with),
                number("more", "%.0f", StartUp.Times::difference),
                column("goal", HorizontalAlign.LEFT, start -> String.format(Locale.ROOT, "below %.0f", start.goal())),
                column("", HorizontalAlign.LEFT, start -> verdict(start.met()))));
    }

    private static String verdict(boolean met) {
        return met ? "met" : "MISSED";
    }

    private static <T> ColumnData<T> number(String header, String format, Function<T, Double> value) {
        return column(header, HorizontalAlign.RIGHT, line -> String.format(Locale.ROOT, format, value.apply(line)));
    }

    private static <T> ColumnData<T> column(String header, HorizontalAlign align, Function<T, String> value) {
        return new Column().header(header).headerAlign(align).dataAlign(align).with(value);
    }
}
