package org.arenascope.top;

/** The modules of Java that not every Java runtime has. Knows no class of theirs. */
final class Modules {
    private Modules() {
    }

    /** Stops with the reason if this Java runtime cannot attach to any JVM. */
    static void require() throws TopException {
        for (String module : new String[] {"jdk.attach", "java.management.rmi"}) {
            if (ModuleLayer.boot().findModule(module).isEmpty()) {
                throw new TopException(ExitCode.NO_ATTACH_MODULE, "this Java runtime, "
                        + System.getProperty("java.home") + ", has no module " + module
                        + ": run arenascope with a JDK, or a JRE that has it");
            }
        }
    }
}
