package org.arenascope.libraries;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast one thread reads single records that are in the library's memory. */
@Command(name = "reads", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Reads single records of a filled database, all of it in the library's memory, and prints as JSON "
                + "how many a second one thread got in each round.",
        footer = {"", Main.EXIT_CODES})
final class ReadsCommand extends WorkCommand {

    @Option(names = "--rounds", defaultValue = "5", paramLabel = "COUNT",
            description = "Rounds of a second; as many before them are not counted (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    Map<String, Object> work() throws Exception {
        List<Double> perSecond = new ArrayList<>();
        inFolder(size(), load -> {
            if (!(load instanceof PointReads reads)) {
                throw new CommandException(ExitCode.USAGE, library() + " has no single records to read");
            }
            load.fill(progress());
            reads.prepare();
            for (int i = 0; i < 2 * rounds; i++) {
                double speed = round(reads);
                if (i >= rounds) {
                    perSecond.add(speed);
                }
            }
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("library", library().toString());
        json.put("per_second", perSecond);
        return json;
    }

    private static double round(PointReads reads) throws Exception {
        long start = System.nanoTime();
        long count = 0;
        long elapsed;
        do {
            for (int i = 0; i < 1_000; i++) {
                reads.readOne();
            }
            count += 1_000;
            elapsed = System.nanoTime() - start;
        } while (elapsed < 1_000_000_000);
        return count * 1e9 / elapsed;
    }
}
