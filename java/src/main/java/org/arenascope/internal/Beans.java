package org.arenascope.internal;

import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.arenascope.MallocArena;

/** Keeps an MXBean registered for each arena, and one for all. */
final class Beans implements Observers.Observer {
    private static final boolean ENABLED = !"false".equals(System.getProperty("org.arenascope.jmx"));

    private final Map<MallocArena, ObjectName> names = new LinkedHashMap<>();
    private ObjectName nameOfAll;

    @Override
    public void update(List<MallocArena> arenas) {
        boolean wanted = !arenas.isEmpty() || !MallocArena.isSupported();
        if (!ENABLED || !wanted && nameOfAll == null) {
            return;
        }
        try {
            update(ManagementFactory.getPlatformMBeanServer(), arenas, wanted);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private void update(MBeanServer server, List<MallocArena> arenas, boolean wanted) throws JMException {
        unregisterRetired(server);
        for (MallocArena arena : arenas) {
            if (!names.containsKey(arena)) {
                names.put(arena, register(server, new ArenaBean(arena), "MallocArena,name=" + value(arena.name())));
            }
        }
        if (wanted && nameOfAll == null) {
            nameOfAll = register(server, new MallocBean(), "Malloc");
        } else if (!wanted) {
            unregister(server, nameOfAll);
            nameOfAll = null;
        }
    }

    private void unregisterRetired(MBeanServer server) throws JMException {
        Iterator<Map.Entry<MallocArena, ObjectName>> entries = names.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<MallocArena, ObjectName> entry = entries.next();
            if (entry.getKey().isRetired()) {
                entries.remove();
                unregister(server, entry.getValue());
            }
        }
    }

    private static String value(String name) {
        return name.matches("[^,=:\"*?]*") ? name : ObjectName.quote(name);
    }

    private static ObjectName register(MBeanServer server, Object bean, String typeAndName) throws JMException {
        ObjectName name = new ObjectName("org.arenascope:type=" + typeAndName);
        for (int id = 2; ; id++) {
            if (!server.isRegistered(name)) {
                try {
                    server.registerMBean(bean, name);
                    return name;
                } catch (InstanceAlreadyExistsException e) {
                    // Another copy of the library was quicker.
                }
            }
            name = new ObjectName("org.arenascope:type=" + typeAndName + ",id=" + id);
        }
    }

    private static void unregister(MBeanServer server, ObjectName name) throws JMException {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // Somebody else has done so.
        }
    }
}
