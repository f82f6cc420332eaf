package org.arenascope.top;

import java.util.Locale;

/** How figures are written, by the name that the command line has for it. */
enum Format {
    TEXT, JSON;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
