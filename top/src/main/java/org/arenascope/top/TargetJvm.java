package org.arenascope.top;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.AttachOperationFailedException;
import com.sun.tools.attach.VirtualMachine;

/** Another JVM of this machine, and a connection to its MXBeans. */
final class TargetJvm implements AutoCloseable {
    private static final String ADDRESS = "com.sun.management.jmxremote.localConnectorAddress";

    private final ProcessFiles process;
    private final String command;
    private final JMXConnector connector;

    private TargetJvm(ProcessFiles process, String command, JMXConnector connector) {
        this.process = process;
        this.command = command;
        this.connector = connector;
    }

    static TargetJvm connect(long pid) throws TopException {
        ProcessFiles process = new ProcessFiles(pid);
        VirtualMachine machine = attach(process);
        try {
            Properties properties = machine.getAgentProperties();
            String address = properties.getProperty(ADDRESS);
            if (address == null) {
                address = machine.startLocalManagementAgent();
            }
            String command = shortName(properties.getProperty("sun.java.command"));
            return new TargetJvm(process, command, open(process, address));
        } catch (AttachOperationFailedException e) {
            throw new TopException(ExitCode.FAILED, "JVM " + pid + " cannot show its MXBeans: " + e.getMessage()
                    + "; it needs the modules java.management and jdk.management.agent");
        } catch (IOException e) {
            throw failed(process, e);
        } finally {
            detach(machine);
        }
    }

    private static VirtualMachine attach(ProcessFiles process) throws TopException {
        long pid = process.pid();
        requireJvm(process);
        try {
            return VirtualMachine.attach(Long.toString(pid));
        } catch (AttachNotSupportedException e) {
            throw new TopException(process.exists() ? ExitCode.NOT_ALLOWED : ExitCode.ENDED, process.exists()
                    ? "JVM " + pid + " lets nobody attach: it was started with -XX:+DisableAttachMechanism, or is"
                            + " stopped (" + e.getMessage() + ")"
                    : ended(pid));
        } catch (IOException e) {
            throw failed(process, e);
        }
    }

    /** To attach is to send SIGQUIT, which ends a process that is no JVM. */
    private static void requireJvm(ProcessFiles process) throws TopException {
        long pid = process.pid();
        if (!process.exists()) {
            throw new TopException(ExitCode.NO_JVM, "there is no process " + pid
                    + "; arenascope list shows the JVMs that have arenas");
        }
        if (pid == ProcessHandle.current().pid()) {
            throw new TopException(ExitCode.NO_JVM, "process " + pid + " is this command itself");
        }
        long own = new ProcessFiles(ProcessHandle.current().pid()).user().orElse(0);
        long user = process.user().orElse(own);
        if (own != 0 && user != own) {
            throw new TopException(ExitCode.NOT_ALLOWED, "process " + pid + " is another user's (" + user
                    + "), and this is user " + own + ": run arenascope as that user");
        }
        Optional<Boolean> jvm = process.isJvm();
        if (jvm.isEmpty() && VirtualMachine.list().stream().noneMatch(one -> one.id().equals(Long.toString(pid)))) {
            throw new TopException(ExitCode.NOT_ALLOWED, "process " + pid + " may be a JVM or not, this user may not"
                    + " know: run arenascope as the process's user (" + user + ")");
        }
        if (!jvm.orElse(true)) {
            throw new TopException(ExitCode.NO_JVM, "process " + pid + " is no JVM");
        }
    }

    private static JMXConnector open(ProcessFiles process, String address) throws TopException, IOException {
        try {
            return JMXConnectorFactory.connect(new JMXServiceURL(address));
        } catch (IOException e) {
            if (process.exists() && process.hasOtherNetwork()) {
                throw new TopException(ExitCode.NOT_ALLOWED, "JVM " + process.pid() + " is in a container with a"
                        + " network of its own: run arenascope in there, as with docker exec");
            }
            throw e;
        }
    }

    /** The exception for a connection that broke. */
    static TopException failed(ProcessFiles process, IOException e) {
        return process.exists()
                ? new TopException(ExitCode.FAILED, "JVM " + process.pid() + " does not answer: " + e)
                : new TopException(ExitCode.ENDED, ended(process.pid()));
    }

    private static String ended(long pid) {
        return "JVM " + pid + " has ended";
    }

    private static void detach(VirtualMachine machine) {
        try {
            machine.detach();
        } catch (IOException e) {
            // It has ended, which the next one to ask sees.
        }
    }

    /** Of a main class and its arguments, or of a jar and its arguments, what one calls it. */
    static String shortName(String command) {
        if (command == null || command.isBlank()) {
            return "";
        }
        String main = command.strip().split(" ", 2)[0];
        return main.substring(main.lastIndexOf('/') + 1);
    }

    /** Those of this user, but for this one. */
    static List<ListCommand.Jvm> all() {
        String own = Long.toString(ProcessHandle.current().pid());
        return VirtualMachine.list().stream().filter(jvm -> !jvm.id().equals(own))
                .map(jvm -> new ListCommand.Jvm(jvm.id(), shortName(jvm.displayName()), hasArenas(jvm.id()))).toList();
    }

    /** Whether ArenaScope has arenas in a JVM; empty if that cannot be known. Leaves nothing behind there. */
    private static Optional<Boolean> hasArenas(String pid) {
        try {
            ProcessFiles process = new ProcessFiles(Long.parseLong(pid));
            VirtualMachine machine = attach(process);
            try {
                return Optional.of(machine.getSystemProperties().containsKey("org.arenascope.jvm.apart"));
            } finally {
                detach(machine);
            }
        } catch (TopException | IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    ProcessFiles process() {
        return process;
    }

    /** What runs in it. */
    String command() {
        return command;
    }

    MBeanServerConnection beans() throws IOException {
        return connector.getMBeanServerConnection();
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // There is nothing left to close.
        }
    }
}
