package org.arenascope.agent;

/**
 * Names one class, the classes of a package, or those of the packages below it, too. Names are internal ones, with
 * slashes.
 *
 * @param start the class's name, or the package's with a slash at its end
 * @param extent what is meant
 */
record ClassPattern(String start, Extent extent) {
    enum Extent { CLASS, PACKAGE, PACKAGES_BELOW }

    boolean matches(String internalName) {
        return internalName.startsWith(start) && switch (extent) {
            case CLASS -> internalName.length() == start.length();
            case PACKAGE -> internalName.indexOf('/', start.length()) < 0;
            case PACKAGES_BELOW -> true;
        };
    }
}
