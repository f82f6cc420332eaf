package org.arenascope.measure;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** What the JVM has committed for itself, by its own account: Native Memory Tracking. */
public final class JvmMemory {

    private static final Pattern TOTAL = Pattern.compile("Total:.*committed=(\\d+)KB");

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final ObjectName commands;
    private final Object[] arguments = {new String[] {"summary", "scale=KB"}};
    private final String[] signature = {String[].class.getName()};

    /** The account of the JVM that this runs in. */
    public JvmMemory() {
        try {
            commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The bytes committed, or 0 in a JVM that was not started with {@code -XX:NativeMemoryTracking=summary}. */
    public long committed() {
        try {
            Matcher total = TOTAL.matcher((String) server.invoke(commands, "vmNativeMemory", arguments, signature));
            return total.find() ? Long.parseLong(total.group(1)) * 1024 : 0;
        } catch (JMException e) {
            return 0;
        }
    }
}
