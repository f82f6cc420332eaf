package org.arenascope.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import picocli.CommandLine.Option;

/** The options of the workload {@code catalog}. */
final class CatalogOptions {

    static final String PASSES = "3";

    private static final Path INSTALLED = Path.of("/var/lib/swcatalog/yaml");
    private static final String INSTALLED_NAMES = "*Components-*.yml.gz";
    private static final Path INSTALLED_ICONS = Path.of("/var/lib/swcatalog/icons");
    private static final int MOST_PASSES = 100;

    @Option(names = "--catalog", paramLabel = "FILE",
            description = "An AppStream catalog in YAML, compressed with gzip or plain; may be repeated (default: what "
                    + "apt has put into /var/lib/swcatalog/yaml).")
    List<Path> files = List.of();

    @Option(names = "--icons", paramLabel = "DIR",
            description = "Where the catalog's icons are, as ORIGIN/64x64/NAME (default: /var/lib/swcatalog/icons, if "
                    + "it is there).")
    Path icons;

    @Option(names = "--passes", defaultValue = PASSES, paramLabel = "N",
            description = "How often the catalog is read, as by a service that keeps several suites "
                    + "(default: ${DEFAULT-VALUE}).")
    int passes;

    @Option(names = "--query", paramLabel = "WORDS",
            description = "Words to search the index for after the application has freed its part; may be repeated "
                    + "(default: photo editor; music player; chess).")
    List<String> queries = List.of("photo editor", "music player", "chess");

    Catalog read(CatalogReader.Watcher watcher) {
        if (passes < 1 || passes > MOST_PASSES) {
            throw new CommandException(ExitCode.USAGE, "--passes must be from 1 to " + MOST_PASSES + ", not " + passes);
        }
        if (queries.stream().anyMatch(String::isBlank)) {
            throw new CommandException(ExitCode.USAGE, "--query must have at least one word");
        }
        Path iconFolder = icons == null ? INSTALLED_ICONS : icons;
        if (icons != null && !Files.isDirectory(icons)) {
            throw new CommandException(ExitCode.USAGE, "--icons: there is no folder " + icons);
        }
        return new CatalogReader(iconFolder, watcher).read(files.isEmpty() ? installed() : files);
    }

    private static List<Path> installed() {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(INSTALLED)) {
            try (DirectoryStream<Path> folder = Files.newDirectoryStream(INSTALLED, INSTALLED_NAMES)) {
                folder.forEach(found::add);
            } catch (IOException e) {
                throw new CommandException(ExitCode.USAGE, "cannot look into " + INSTALLED + ": " + e.getMessage());
            }
        }
        if (found.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "there is no software catalog in " + INSTALLED + ". "
                    + CatalogReader.HOW_TO_GET_ONE);
        }
        found.sort(null);
        return found;
    }
}
