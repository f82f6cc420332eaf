package org.arenascope.measure;

import java.util.Locale;

/** How a report is written, by the name that the command line has for it. */
public enum Format {
    TEXT, JSON;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
