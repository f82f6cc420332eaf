package org.arenascope.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.arenascope.ArenaInfo;
import org.arenascope.MallocArena;
import org.arenascope.internal.Observers;

/**
 * Shows {@linkplain MallocArena arenas} in Micrometer: those that there are, and those that are made later, each until
 * it is retired.
 *
 * <pre>{@code
 *     new MallocArenaMetrics().bindTo(registry);
 * }</pre>
 *
 * <table>
 * <caption>Meters; each but the last has the tag {@code arena}, the arena's name</caption>
 * <tr><th>Meter<th>Kind<th>Unit<th>Meaning
 * <tr><td>{@code arenascope.arena.system}<td>gauge<td>bytes<td>{@link ArenaInfo#systemBytes()}
 * <tr><td>{@code arenascope.arena.mapped}<td>gauge<td>bytes<td>{@link ArenaInfo#mappedBytes()}
 * <tr><td>{@code arenascope.arena.used}<td>gauge<td>bytes<td>{@link ArenaInfo#inUseBytes()}
 * <tr><td>{@code arenascope.arena.cached}<td>gauge<td>bytes<td>{@link ArenaInfo#cachedBytes()}
 * <tr><td>{@code arenascope.arena.returned}<td>gauge<td>bytes<td>{@link ArenaInfo#returnedBytes()}
 * <tr><td>{@code arenascope.arena.peak}<td>gauge<td>bytes<td>{@link ArenaInfo#peakBytes()}
 * <tr><td>{@code arenascope.arena.limit}<td>gauge<td>bytes<td>{@link ArenaInfo#limitBytes()}; not a number if there is
 *     none
 * <tr><td>{@code arenascope.arena.threads}<td>gauge<td>threads<td>{@link ArenaInfo#selectedThreads()}
 * <tr><td>{@code arenascope.arena.scopes}<td>counter<td>scopes<td>{@link MallocArena#scopes()}
 * <tr><td>{@code arenascope.arenas}<td>gauge<td>arenas<td>the number of arenas that are not retired
 * </table>
 *
 * <p>Arenas of the same name are one set of meters, which show their sums. An arena's meters are there within a second
 * or so of the moment when it is made, and are removed within a second of the moment when the last of its name is
 * retired. Gauges of an arena that is not {@linkplain MallocArena#isIsolated() isolated} are not a number.
 *
 * <p>Arenas are followed until {@link #close}, or until a registry is garbage: it is kept alive by this object, and by
 * nothing else here. Two binders with the same tags share a registry's meters, and the first that is closed removes
 * them. Methods may be called by any thread.
 */
public final class MallocArenaMetrics implements MeterBinder, AutoCloseable {
    private final Tags tags;
    private final List<Binding> bindings = new CopyOnWriteArrayList<>();

    /** Makes a binder whose meters have no other tags than the arena's name. */
    public MallocArenaMetrics() {
        this(Tags.empty());
    }

    /**
     * Makes a binder.
     *
     * @param tags what tags all meters are to have, beside the arena's name
     */
    public MallocArenaMetrics(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
    }

    /**
     * Shows arenas in a registry from now on; those that there are, when this returns.
     *
     * @param registry the registry
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Binding binding = new Binding(registry, tags);
        bindings.add(binding);
        Observers.add(binding);
        binding.update();
    }

    /** Removes all meters of this binder from their registries, and follows arenas no longer. */
    @Override
    public void close() {
        for (Binding binding : bindings) {
            Observers.remove(binding);
            binding.close();
        }
        bindings.clear();
    }

    /** The meters in one registry. The registry keeps it alive, by one of its meters. */
    private static final class Binding implements Observers.Observer {
        private final MeterRegistry registry;
        private final Tags tags;
        private final Meter all;
        private final Map<String, Namesakes> byName = new LinkedHashMap<>();
        private boolean closed;

        Binding(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            all = Gauge.builder("arenascope.arenas", this, binding -> MallocArena.arenas().size())
                    .description("Malloc arenas that are not retired").baseUnit("arenas").tags(tags)
                    .strongReference(true).register(registry);
        }

        @Override
        public void update(List<MallocArena> arenas) {
            update();
        }

        /** Looks for itself which arenas there are, so that the last one who does so has seen the latest ones. */
        synchronized void update() {
            if (closed) {
                return;
            }
            Map<String, List<MallocArena>> now = MallocArena.arenas().stream()
                    .collect(Collectors.groupingBy(MallocArena::name, LinkedHashMap::new, Collectors.toList()));
            byName.entrySet().removeIf(entry -> {
                boolean gone = !now.containsKey(entry.getKey());
                if (gone) {
                    entry.getValue().remove();
                }
                return gone;
            });
            now.forEach((name, arenas) -> {
                Namesakes namesakes = byName.get(name);
                if (namesakes == null) {
                    byName.put(name, new Namesakes(registry, tags.and("arena", name), arenas));
                } else {
                    namesakes.set(arenas);
                }
            });
        }

        synchronized void close() {
            closed = true;
            registry.remove(all);
            byName.values().forEach(Namesakes::remove);
            byName.clear();
        }
    }

    /** The arenas of one name, and their meters. */
    private static final class Namesakes {
        private final MeterRegistry registry;
        private final Tags tags;
        private final List<Meter> meters = new ArrayList<>();
        private List<MallocArena> arenas;
        /** Of those that were retired, since a counter never falls. */
        private long earlierScopes;

        Namesakes(MeterRegistry registry, Tags tags, List<MallocArena> arenas) {
            this.registry = registry;
            this.tags = tags;
            this.arenas = arenas;
            bytes("system", "What the arena has from the system", ArenaInfo::systemBytes);
            bytes("mapped", "The part of the system's that is in mappings of single blocks", ArenaInfo::mappedBytes);
            bytes("used", "What is in live blocks, headers included", ArenaInfo::inUseBytes);
            bytes("cached", "What is in freed blocks that threads keep", ArenaInfo::cachedBytes);
            bytes("returned", "The part of the system's that it was given back", ArenaInfo::returnedBytes);
            bytes("peak", "The most that the arena had from the system", ArenaInfo::peakBytes);
            bytes("limit", "What the arena may have from the system",
                    info -> info.limitBytes() == MallocArena.UNLIMITED ? Double.NaN : info.limitBytes());
            gauge("threads", "Threads that have the arena selected", BaseUnits.THREADS, ArenaInfo::selectedThreads);
            meters.add(FunctionCounter.builder("arenascope.arena.scopes", this, Namesakes::scopes)
                    .description("Scopes that were entered").baseUnit("scopes").tags(tags).register(registry));
        }

        private void bytes(String name, String description, ToDoubleFunction<ArenaInfo> figure) {
            gauge(name, description, BaseUnits.BYTES, figure);
        }

        private void gauge(String name, String description, String unit, ToDoubleFunction<ArenaInfo> figure) {
            meters.add(Gauge.builder("arenascope.arena." + name, this, namesakes -> namesakes.sum(figure))
                    .description(description).baseUnit(unit).tags(tags).register(registry));
        }

        private double sum(ToDoubleFunction<ArenaInfo> figure) {
            List<ArenaInfo> accounts = arenas().stream().map(Observers::account).filter(Objects::nonNull).toList();
            return accounts.isEmpty() ? Double.NaN : accounts.stream().mapToDouble(figure).sum();
        }

        private synchronized List<MallocArena> arenas() {
            return arenas;
        }

        private synchronized double scopes() {
            return earlierScopes + arenas.stream().mapToLong(MallocArena::scopes).sum();
        }

        synchronized void set(List<MallocArena> now) {
            for (MallocArena arena : arenas) {
                if (!now.contains(arena)) {
                    earlierScopes += arena.scopes();
                }
            }
            arenas = now;
        }

        void remove() {
            meters.forEach(registry::remove);
        }
    }
}
