package org.arenascope.measure;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as people write them. A megabyte is 10<sup>6</sup> bytes. */
public final class ByteSize {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,15})([kmg]?)b?", Pattern.CASE_INSENSITIVE);

    private ByteSize() {
    }

    /** Reads a size, or throws what picocli shows to the user. */
    public static long parse(String text) {
        Matcher written = WRITTEN.matcher(text.trim());
        if (!written.matches()) {
            throw new TypeConversionException("'" + text + "' is no size; write bytes, or 200k, 200m or 2g");
        }
        long unit = switch (written.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 1_000L;
            case "m" -> 1_000_000L;
            case "g" -> 1_000_000_000L;
            default -> 1L;
        };
        try {
            return Math.multiplyExact(Long.parseLong(written.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is more than any machine has");
        }
    }

    /** Megabytes with one decimal. */
    public static String megabytes(long bytes) {
        // Rounded as a whole number first: a little below nothing is not "-0.0".
        return String.format(Locale.ROOT, "%.1f", Math.round(bytes / 1e5) / 10.0);
    }

    /** {@link #parse} for picocli. */
    public static final class Converter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return parse(value);
        }
    }
}
