package org.arenascope.images;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.arenascope.images.ImageContainer.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The command arenascope, as the image has it, on a JVM with arenas.
 */
@Testcontainers
@ParameterizedClass(name = "JDK {0}")
@ValueSource(ints = {17, 21, 25})
class TopIT {
    private static final long MIB = 1 << 20;
    private static final String START = "java -cp 'test-classes:lib/*' org.arenascope.observe.SeveralArenas %d"
            + " > /tmp/program 2>&1 & echo $!; while ! grep --quiet ready /tmp/program; do sleep 0.1; done";

    @Container
    private final ImageContainer container;

    private String pid;

    TopIT(int jdk) {
        this.container = ImageContainer.runtime(jdk)
                .withCopyToContainer(Built.tests("java"), "/tests")
                .withWorkingDirectory("/tests");
    }

    @BeforeEach
    void start() {
        pid = start(600);
    }

    /** Starts the program that has arenas, and waits until they are full. */
    private String start(int seconds) {
        Result result = container.run("timeout", "60", "sh", "-c", START.formatted(seconds));
        assertEquals(0, result.exitCode(), result::toString);
        return result.output().strip();
    }

    private Result top(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "arenascope";
        command[1] = "top";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return container.run(command);
    }

    private static JsonNode json(String line) throws Exception {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void eachArenaOfARunningJvmIsShownWithItsFigures() throws Exception {
        Result result = top(pid, "--once", "--format", "json", "--sort", "name");
        assertEquals(0, result.exitCode(), result::toString);
        JsonNode arenas = json(result.output()).get("arenas");
        JsonNode steady = arenas.get(2);
        JsonNode full = arenas.get(1);
        assertAll(
                () -> assertEquals(List.of("churning", "full", "steady"), arenas.findValuesAsText("name")),
                () -> assertEquals(20_000L * 2016, steady.get("in_use").asLong(), result::toString),
                () -> assertEquals(20_000, steady.get("scopes").asLong(), result::toString),
                () -> assertEquals(64 * MIB, steady.get("limit").asLong(), result::toString),
                () -> assertTrue(full.get("system").asLong() <= 10 * MIB, result::toString),
                () -> assertTrue(full.get("in_use").asLong() > 9 * MIB, result::toString),
                () -> assertTrue(arenas.get(0).get("limit") == null, result::toString),
                () -> assertTrue(json(result.output()).get("rss").asLong()
                        > json(result.output()).at("/total/in_use").asLong(), result::toString));

        Result again = top(pid, "--iterations", "3", "--interval", "0.2", "--format", "json", "--sort", "scopes");
        assertEquals(3, again.outputLines().size(), again::toString);
        assertTrue(json(again.outputLines().get(2)).at("/arenas/0/scopes_per_second").asDouble() > 0, again::toString);

        Result table = top(pid, "--once");
        assertTrue(table.output().contains("| steady   |   40.3 |  40.4 |  67.1 |"), table::toString);

        Result list = container.run("arenascope", "list");
        assertTrue(list.exitCode() == 0 && list.output().contains(pid + " | yes "), list::toString);
    }

    @Test
    void aTerminalIsClearedAndNoLineIsWiderThanIt() {
        Result result = container.run("script", "--quiet", "--command",
                "stty cols 60 rows 24; arenascope top " + pid + " --iterations 2 --interval 0.2", "/dev/null");
        List<String> screens = List.of(result.output().replace("\r", "").split("\033\\[H\033\\[J"));
        assertEquals(3, screens.size(), result::toString);
        for (String screen : screens) {
            assertTrue(screen.lines().allMatch(line -> line.length() <= 60), result::toString);
        }
        assertTrue(screens.get(2).contains("| total"), result::toString);
    }

    @Test
    void aJvmOfAnotherUserIsRefusedAndOneThatEndsIsSaidToHaveEnded() {
        Result root = container.runAsRoot("arenascope", "top", pid, "--once");
        assertEquals(0, root.exitCode(), root::toString);

        Result others = container.runAsRoot("sh", "-c", "sleep 60 > /dev/null 2>&1 & echo $!");
        Result refused = top(others.output().strip(), "--once");
        assertEquals(4, refused.exitCode(), refused::toString);
        assertTrue(refused.errors().contains("is another user's (0)"), refused::toString);

        Result ended = top(start(5), "--interval", "0.5");
        assertEquals(6, ended.exitCode(), ended::toString);
        assertTrue(ended.errors().contains("has ended"), ended::toString);
    }
}
