package org.arenascope.top;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;

import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/**
 * All arenas of a JVM at one moment.
 *
 * @param nanos the same moment, to measure time by
 * @param binding how arenas are selected, or {@code null}
 * @param unsupported why there can be no arenas, or {@code null}
 */
record Snapshot(Instant time, long nanos, long pid, String command, OptionalLong resident, String binding,
        String unsupported, List<Arena> arenas) {

    static Snapshot of(TargetJvm jvm) throws TopException {
        try {
            return read(jvm);
        } catch (IOException e) {
            throw TargetJvm.failed(jvm.process(), e);
        } catch (JMException e) {
            throw new TopException(ExitCode.FAILED, "JVM " + jvm.process().pid() + " cannot be read: " + e);
        }
    }

    private static Snapshot read(TargetJvm jvm) throws IOException, JMException {
        MBeanServerConnection beans = jvm.beans();
        String binding = null;
        String unsupported = null;
        for (ObjectName name : query(beans, "Malloc")) {
            binding = (String) read(beans, name, "Binding", binding);
            unsupported = (String) read(beans, name, "UnsupportedReason", unsupported);
        }
        List<Arena> arenas = new ArrayList<>();
        for (ObjectName name : query(beans, "MallocArena")) {
            try {
                arenas.add(Arena.of(name.getCanonicalName(), beans.getAttributes(name, Arena.ATTRIBUTES)));
            } catch (InstanceNotFoundException e) {
                // It was retired since.
            }
        }
        return new Snapshot(Instant.now(), System.nanoTime(), jvm.process().pid(), jvm.command(),
                jvm.process().residentBytes(), binding, unsupported, List.copyOf(arenas));
    }

    private static Set<ObjectName> query(MBeanServerConnection beans, String type) throws IOException, JMException {
        return beans.queryNames(new ObjectName("org.arenascope:type=" + type + ",*"), null);
    }

    /** An attribute that is {@code null} changes nothing: another copy of the library may have one. */
    private static Object read(MBeanServerConnection beans, ObjectName name, String attribute, Object otherwise)
            throws IOException, JMException {
        try {
            Object value = beans.getAttribute(name, attribute);
            return value == null ? otherwise : value;
        } catch (InstanceNotFoundException | AttributeNotFoundException e) {
            return otherwise;
        }
    }

    /** The sum of what arenas have. */
    long sum(ToLongFunction<Arena> figure) {
        return arenas.stream().mapToLong(figure).filter(value -> value != Arena.NONE).sum();
    }

    /** How many scopes of an arena were entered each second since {@code earlier}; not a number if unknown. */
    double scopesPerSecond(Arena arena, Snapshot earlier) {
        if (earlier == null) {
            return Double.NaN;
        }
        return earlier.arenas.stream().filter(before -> before.id().equals(arena.id())).findFirst()
                .map(before -> Math.max(0, arena.scopes() - before.scopes()) * 1e9 / (nanos - earlier.nanos))
                .orElse(Double.NaN);
    }
}
