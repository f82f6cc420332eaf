package org.arenascope.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.arenascope.MallocArena;
import org.arenascope.agent.ClassPattern.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentParserTest {
    @TempDir
    private Path folder;

    @Test
    void anEntryHasANameAndPatternsAndDefaults() throws Exception {
        assertEquals(List.of(new Entry("rocksdb", MallocArena.UNLIMITED, true,
                        List.of(new ClassPattern("org/rocksdb/", Extent.PACKAGES_BELOW)))),
                ArgumentParser.parse("rocksdb=org.rocksdb.**"));
    }

    @Test
    void entriesKeepTheirOrderAndTheirOptions() throws Exception {
        assertEquals(List.of(
                        new Entry("a", 256L << 20, false, List.of(new ClassPattern("x/y/", Extent.PACKAGE),
                                new ClassPattern("x/Z$Inner", Extent.CLASS))),
                        new Entry("b.c-d_1", 1, true, List.of(new ClassPattern("x/", Extent.PACKAGES_BELOW)))),
                ArgumentParser.parse("a ( limit = 256m , inherit = false ) = x.y.* , x.Z$Inner ; "
                        + "b.c-d_1(limit=1)=x.**;"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7b, 7", "2k, 2048", "3M, 3145728", "4g, 4294967296"})
    void sizesHaveBinaryUnits(String size, long bytes) throws Exception {
        assertEquals(bytes, ArgumentParser.parse("a(limit=" + size + ")=x.*").get(0).limit());
    }

    /** The mark stands where the mistake is; what was expected there is said in words. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "                          | ^                         | name of an arena",
        "=x.**                     | ^                         | name of an arena",
        "a                         | .^                        | '=' and classes",
        "a=                        | ..^                       | a class",
        "a=x..y                    | ....^                     | part of a name",
        "a=x.***                   | ......^                   | another pattern",
        "a=x.**y                   | ......^                   | another pattern",
        "a=x*                      | ...^                      | more of the name",
        "a=**                      | ..^                       | a class",
        "a=x.y z.*                 | ......^                   | more of the name",
        "a=x.**;a=y.**             | .......^                  | another name",
        "a=x.**;;                  | .......^                  | name of an arena",
        "a=x.**,                   | .......^                  | a class",
        "a!=x.**                   | .^                        | '=' and classes",
        "a(=x.**                   | ..^                       | an option",
        "a(size=1)=x.**            | ..^                       | an option",
        "a(limit=1,limit=2)=x.**   | ..........^               | each once",
        "a(limit)=x.**             | .......^                  | '='",
        "a(limit=)=x.**            | ........^                 | a number",
        "a(limit=0)=x.**           | ........^                 | a number",
        "a(limit=-1)=x.**          | ........^                 | a number",
        "a(limit=256x)=x.**        | ...........^              | a unit",
        "a(limit=256mb)=x.**       | ............^             | ')'",
        "a(limit=9999999999g)=x.** | ........^                 | 2^63",
        "a(inherit=yes)=x.**       | ..........^               | true or false",
        "a(limit=1=x.**            | .........^                | ')'",
        "a=java.util.**            | ..^                       | the JDK's",
        "a=com.sun.jna.Native      | ..^                       | MallocArena.load",
    })
    void aMistakeIsMarkedAndSaid(String argument, String mark, String expected) {
        String text = argument == null ? "" : argument;
        String message = assertThrows(ArgumentException.class, () -> ArgumentParser.parse(argument)).getMessage();
        List<String> lines = message.lines().toList();
        assertEquals("  " + text, lines.get(1), message);
        assertEquals("  " + mark.replace('.', ' '), lines.get(2), message);
        assertTrue(lines.get(0).startsWith("wrong argument at character " + mark.length()), message);
        assertTrue(lines.get(0).contains(expected), message);
        assertTrue(lines.get(3).contains("-javaagent:arenascope-agent.jar="), message);
    }

    @Test
    void aFileTakesThePlaceOfTheList() throws Exception {
        Path file = Files.writeString(folder.resolve("arenas"), """
                # the databases
                rocksdb = org.rocksdb.**

                sqlite(limit=256m) = org.sqlite.**, org.example.Native   # and ours
                """);
        List<Entry> entries = ArgumentParser.parse("@" + file);
        assertEquals(ArgumentParser.parse("rocksdb=org.rocksdb.**;sqlite(limit=256m)=org.sqlite.**,org.example.Native"),
                entries);
    }

    @Test
    void aMistakeInAFileIsMarkedWithItsLine() throws Exception {
        Path file = Files.writeString(folder.resolve("arenas"), "a=x.**\n\n  a=y.**\n");
        String message = assertThrows(ArgumentException.class, () -> ArgumentParser.parse("@" + file)).getMessage();
        assertTrue(message.startsWith(file + ":3: wrong argument at character 3"), message);
        assertEquals("    a=y.**", message.lines().toList().get(1), message);
        assertEquals("    ^", message.lines().toList().get(2), message);
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithTheReason() throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = Files.writeString(folder.resolve("empty"), "# nothing\n");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff});
        assertFileRefused(missing, "there is none");
        assertFileRefused(empty, "there is no entry");
        assertFileRefused(binary, "not in UTF-8");
        assertFileRefused(folder, "Is a directory");
    }

    private static void assertFileRefused(Path file, String reason) {
        String message = assertThrows(ArgumentException.class, () -> ArgumentParser.parse("@" + file)).getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains(reason), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x/y/Z", "x/y/z/Z", "x/y/Z$1"})
    void twoStarsMatchThePackageAndThoseBelow(String name) throws Exception {
        assertTrue(matches("x.y.**", name));
        assertFalse(matches("x.y.**", "q" + name));
    }

    @Test
    void oneStarMatchesThePackageAndANameOneClass() throws Exception {
        assertTrue(matches("x.y.*", "x/y/Z"));
        assertFalse(matches("x.y.*", "x/y/z/Z"));
        assertTrue(matches("x.y.Z", "x/y/Z"));
        assertFalse(matches("x.y.Z", "x/y/Z$1"));
        assertFalse(matches("x.y.*", "x/yy/Z"));
    }

    private static boolean matches(String pattern, String name) throws ArgumentException {
        return ArgumentParser.parse("a=" + pattern).get(0).matches(name);
    }
}
