package org.arenascope.demo;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import org.arenascope.measure.ByteSize;

/** The comparison as a person reads it. */
final class TextReport {

    private static final int WIDTH = 100;

    private final PrintWriter out;

    TextReport(PrintWriter out) {
        this.out = out;
    }

    void print(String title, List<ModeResult> results, Verdict verdict) {
        out.println(title);
        out.println("Resident size over each process's own baseline, in MB (10^6 bytes):");
        out.println();
        out.println(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, results, List.of(
                new Column().header("mode").headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT)
                        .with(result -> result.mode().toString()),
                megabytes("allocated", result -> result.rss().allocatedOver()),
                megabytes("application freed", result -> result.rss().freedOver()),
                megabytes("trimmed", result -> result.rss().trimmedOver()),
                megabytes("library's live bytes", ModeResult::libraryLiveBytes),
                megabytes("JVM growth", ModeResult::jvmGrowth),
                number("seconds", result -> String.format(Locale.ROOT, "%.2f", result.seconds())))));
        out.println();
        verdict.sentences().forEach(this::paragraph);
        searches(results.get(results.size() - 1));
        out.println();
        out.flush();
    }

    private static com.github.freva.asciitable.ColumnData<ModeResult> megabytes(String header,
            Function<ModeResult, Long> bytes) {
        return number(header, result -> ByteSize.megabytes(bytes.apply(result)));
    }

    private static com.github.freva.asciitable.ColumnData<ModeResult> number(String header,
            Function<ModeResult, String> text) {
        return new Column().header(header).headerAlign(HorizontalAlign.RIGHT).dataAlign(HorizontalAlign.RIGHT)
                .maxWidth(WIDTH).with(text);
    }

    private void searches(ModeResult last) {
        if (last.searches().isEmpty()) {
            return;
        }
        out.println();
        out.println("The index still answers (" + last.mode() + "):");
        for (Search search : last.searches()) {
            out.println("  " + search.query());
            if (search.hits().isEmpty()) {
                out.println("    nothing in the catalog has these words");
            }
            for (Search.Hit hit : search.hits()) {
                out.println(fit("    " + hit.name() + " - " + hit.summary()));
            }
        }
    }

    private static String fit(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...";
    }

    private void paragraph(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        out.println(line);
    }
}
