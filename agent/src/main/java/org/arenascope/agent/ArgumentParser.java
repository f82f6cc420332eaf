package org.arenascope.agent;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.arenascope.MallocArena;
import org.arenascope.agent.ClassPattern.Extent;

/**
 * Reads the agent's argument:
 *
 * <pre>
 *     argument = entry { ";" entry } [ ";" ]  |  "@" file
 *     entry    = name [ "(" option { "," option } ")" ] "=" pattern { "," pattern }
 *     option   = "limit=" number [ "b" | "k" | "m" | "g" ]  |  "inherit=" ( "true" | "false" )
 *     pattern  = class  |  package ".*"  |  package ".**"
 * </pre>
 *
 * <p>A file has any number of lines, each empty or entries as above; {@code #} begins a comment. Blanks may stand
 * around names and signs. A class that several entries match belongs to the first.
 */
final class ArgumentParser {
    private static final String EXAMPLE = "rocksdb=org.rocksdb.**;sqlite(limit=256m)=org.sqlite.**";
    private static final int MAX_NAME = 100;

    /** The JDK's, and what the agent itself runs on. */
    private static final List<String> UNTOUCHABLE = List.of("java.", "jdk.", "sun.", "com.sun.jna.");

    private final String text;
    /** The file and the line, or empty. */
    private final String place;
    private final List<Entry> entries;
    private final Set<String> names;
    private int position;

    private ArgumentParser(String text, String place, List<Entry> entries, Set<String> names) {
        this.text = text;
        this.place = place;
        this.entries = entries;
        this.names = names;
    }

    /**
     * The entries of {@code argument}, one at least, in their order.
     *
     * @throws ArgumentException if it is {@code null} or wrong, or the file is
     */
    static List<Entry> parse(String argument) throws ArgumentException {
        List<Entry> entries = new ArrayList<>();
        String text = argument == null ? "" : argument;
        if (text.startsWith("@")) {
            parseFile(text.substring(1), entries);
        } else {
            new ArgumentParser(text, "", entries, new HashSet<>()).parseEntries();
        }
        return entries;
    }

    private static void parseFile(String file, List<Entry> entries) throws ArgumentException {
        Set<String> names = new HashSet<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            int comment = line.indexOf('#');
            String text = comment < 0 ? line : line.substring(0, comment);
            if (!text.isBlank()) {
                new ArgumentParser(text.stripTrailing(), file + ":" + number + ": ", entries, names).parseEntries();
            }
        }
        if (entries.isEmpty()) {
            throw new ArgumentException("there is no entry in the file '" + file + "'; one line of it could be:"
                    + System.lineSeparator() + "  sqlite(limit=256m)=org.sqlite.**");
        }
    }

    private static List<String> lines(String file) throws ArgumentException {
        String reason;
        try {
            return Files.readAllLines(Path.of(file));
        } catch (NoSuchFileException e) {
            reason = "there is none; a relative path begins at " + Path.of("").toAbsolutePath();
        } catch (CharacterCodingException e) {
            reason = "it is not in UTF-8";
        } catch (IOException | InvalidPathException e) {
            reason = e.toString();
        }
        throw new ArgumentException("the file '" + file + "' of the argument '@" + file + "' cannot be read: "
                + reason);
    }

    private void parseEntries() throws ArgumentException {
        do {
            parseEntry();
            skipBlanks();
            if (!atEnd() && peek() != ';') {
                throw wrong("',' and another pattern, or ';' and another entry, or the end");
            }
            position++;
            skipBlanks();
        } while (!atEnd());
    }

    private void parseEntry() throws ArgumentException {
        String name = parseName();
        long limit = MallocArena.UNLIMITED;
        boolean inherit = true;
        if (peek() == '(') {
            Set<String> given = new HashSet<>();
            do {
                position++;
                skipBlanks();
                int start = position;
                String option = word();
                if (!option.equals("limit") && !option.equals("inherit") || !given.add(option)) {
                    position = start;
                    throw wrong("an option: limit=256m or inherit=false, each once");
                }
                expect('=', "'=' and the option's value");
                skipBlanks();
                if (option.equals("limit")) {
                    limit = parseSize();
                } else {
                    inherit = parseBoolean();
                }
                skipBlanks();
            } while (peek() == ',');
            expect(')', "',' and another option, or ')'");
        }
        expect('=', "'=' and the classes whose native methods the arena is for");
        List<ClassPattern> patterns = new ArrayList<>();
        patterns.add(parsePattern());
        while (peek() == ',') {
            position++;
            patterns.add(parsePattern());
        }
        entries.add(new Entry(name, limit, inherit, patterns));
    }

    private String parseName() throws ArgumentException {
        skipBlanks();
        int start = position;
        while (!atEnd() && isNamePart(peek())) {
            position++;
        }
        String name = text.substring(start, position);
        if (name.isEmpty()) {
            throw wrong("the name of an arena: letters, digits, '.', '-' or '_'");
        }
        if (name.length() > MAX_NAME) {
            position = start + MAX_NAME;
            throw wrong("a name of at most " + MAX_NAME + " characters");
        }
        if (!names.add(name)) {
            position = start;
            throw wrong("another name: '" + name + "' was given before; name all its classes in one entry, with ','"
                    + " between them");
        }
        skipBlanks();
        if (atEnd() || peek() != '(' && peek() != '=') {
            throw wrong("'(' and options, or '=' and classes");
        }
        return name;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
    }

    private long parseSize() throws ArgumentException {
        int start = position;
        long value = 0;
        try {
            while (Character.digit(peek(), 10) >= 0) {
                value = Math.addExact(Math.multiplyExact(value, 10), Character.digit(peek(), 10));
                position++;
            }
            if (value == 0) {
                position = start;
                throw wrong("a number of bytes above 0, with a unit, as in limit=256m");
            }
            return Math.multiplyExact(value, parseUnit());
        } catch (ArithmeticException e) {
            position = start;
            throw wrong("fewer than 2^63 bytes; where there is no limit, leave it out");
        }
    }

    private long parseUnit() throws ArgumentException {
        char unit = Character.toLowerCase(peek());
        if (!Character.isLetterOrDigit(unit)) {
            return 1;
        }
        long bytes = switch (unit) {
            case 'b' -> 1;
            case 'k' -> 1L << 10;
            case 'm' -> 1L << 20;
            case 'g' -> 1L << 30;
            default -> throw wrong("a unit: b, k, m or g, which are 1, 2^10, 2^20 and 2^30 bytes");
        };
        position++;
        return bytes;
    }

    private boolean parseBoolean() throws ArgumentException {
        int start = position;
        String value = word().toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            position = start;
            throw wrong("true or false");
        }
        return value.equals("true");
    }

    private ClassPattern parsePattern() throws ArgumentException {
        skipBlanks();
        int start = position;
        while (Character.isJavaIdentifierStart(peek())) {
            skipIdentifier();
            if (peek() != '.') {
                return pattern(start, Extent.CLASS);
            }
            position++;
            if (peek() == '*') {
                position++;
                if (peek() == '*') {
                    position++;
                    return pattern(start, Extent.PACKAGES_BELOW);
                }
                return pattern(start, Extent.PACKAGE);
            }
        }
        throw wrong(position == start ? "a class, a package with .*, or one with .** for those below it, too"
                : "a part of a name, or '*' or '**' for all classes of the package or of those below it, too");
    }

    private ClassPattern pattern(int start, Extent extent) throws ArgumentException {
        String name = text.substring(start, position);
        skipBlanks();
        if (!atEnd() && ",;".indexOf(peek()) < 0) {
            throw wrong(extent == Extent.CLASS ? "'.' and more of the name, or ',' or ';', or the end"
                    : "',' and another pattern, or ';' and another entry, or the end");
        }
        for (String prefix : UNTOUCHABLE) {
            if (name.startsWith(prefix)) {
                position = start;
                throw wrong("classes that the agent may change, and none of " + prefix + "**, the JDK's or its own;"
                        + " JNA's interfaces are loaded with MallocArena.load");
            }
        }
        return new ClassPattern(name.replace("*", "").replace('.', '/'), extent);
    }

    private void skipIdentifier() {
        while (Character.isJavaIdentifierPart(peek()) && !atEnd()) {
            position++;
        }
    }

    private String word() {
        int start = position;
        while (Character.isLetter(peek())) {
            position++;
        }
        return text.substring(start, position);
    }

    private void expect(char sign, String expected) throws ArgumentException {
        skipBlanks();
        if (peek() != sign) {
            throw wrong(expected);
        }
        position++;
    }

    private void skipBlanks() {
        while (Character.isWhitespace(peek())) {
            position++;
        }
    }

    private boolean atEnd() {
        return position >= text.length();
    }

    /** The next character, or 0 at the end. */
    private char peek() {
        return atEnd() ? '\0' : text.charAt(position);
    }

    private ArgumentException wrong(String expected) {
        String line = System.lineSeparator() + "  ";
        return new ArgumentException(place + "wrong argument at character " + (position + 1) + ", "
                + (atEnd() ? "the end" : "'" + peek() + "'") + ": expected " + expected
                + line + text
                + line + " ".repeat(Math.min(position, text.length())) + "^"
                + line + "for example: -javaagent:arenascope-agent.jar='" + EXAMPLE + "'");
    }
}
