package org.arenascope.demo;

import java.util.Arrays;
import java.util.Iterator;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Who gets a dedicated arena. */
enum Mode {

    /** Nobody: one malloc for both, as everywhere. */
    DEFAULT("default"),

    /** The library. */
    ARENA("arena"),

    /** The library, and the application's native blocks in another. */
    ARENA_APP("arena-app");

    private final String name;

    Mode(String name) {
        this.name = name;
    }

    boolean needsArenas() {
        return this != DEFAULT;
    }

    @Override
    public String toString() {
        return name;
    }

    static Mode of(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + name + "' is no mode; there are default, arena and arena-app"));
    }

    static final class Converter implements ITypeConverter<Mode> {
        @Override
        public Mode convert(String value) {
            return of(value);
        }
    }

    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(Mode::toString).iterator();
        }
    }
}
