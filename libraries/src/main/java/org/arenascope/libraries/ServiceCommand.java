package org.arenascope.libraries;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.arenascope.measure.ResidentSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A service that opens and closes one database after the other. */
@Command(name = "service", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Opens, fills, asks and closes one database after the other, and prints as JSON the resident "
                + "size after each, in bytes.",
        footer = {"", Main.EXIT_CODES})
final class ServiceCommand extends WorkCommand {

    @Option(names = "--databases", defaultValue = "50", paramLabel = "COUNT",
            description = "Default: ${DEFAULT-VALUE}.")
    private int databases;

    @Override
    void work() throws Exception {
        List<Long> resident = new ArrayList<>();
        for (int i = 0; i < databases; i++) {
            inFolder(size(), load -> {
                load.fill(progress());
                load.query();
            });
            resident.add(ResidentSize.read());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("library", library().toString());
        json.put("rss", resident);
        print(json);
    }
}
