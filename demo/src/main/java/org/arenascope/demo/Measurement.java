package org.arenascope.demo;

import java.util.LinkedHashMap;
import java.util.Map;

import org.arenascope.Malloc;
import org.arenascope.measure.JvmMemory;
import org.arenascope.measure.Progress;
import org.arenascope.measure.ResidentSize;

/** Takes a workload through its phases and reads the resident size after each. */
final class Measurement {

    /** The compiler's threads finish what the warm-up gave them. */
    private static final long SETTLE_MILLIS = 300;

    private final Mode mode;
    private final Progress progress;
    private final boolean mallocStats;
    private final JvmMemory jvm = new JvmMemory();
    private final Map<String, String> mallocInfo = new LinkedHashMap<>();

    Measurement(Mode mode, Progress progress, boolean mallocStats) {
        this.mode = mode;
        this.progress = progress;
        this.mallocStats = mallocStats;
    }

    ModeResult of(Workload workload) {
        workload.warmUp();
        long jvmBefore = settle();
        long baseline = ResidentSize.read();

        long started = System.nanoTime();
        workload.allocate(progress);
        long worked = System.nanoTime() - started;
        long allocated = ResidentSize.read();
        note("allocated");
        long misplaced = mode.needsArenas() ? workload.misplacedByApplication() : 0;

        started = System.nanoTime();
        workload.free(progress);
        worked += System.nanoTime() - started;
        long freed = ResidentSize.read();
        long jvmGrowth = jvm.committed() - jvmBefore;
        note("freed");

        Malloc.trim();
        long trimmed = ResidentSize.read();
        note("trimmed");

        if (mode.needsArenas()) {
            misplaced += workload.misplacedByLibrary();
        }
        return new ModeResult(mode, new Rss(baseline, allocated, freed, trimmed),
                Math.round(worked / 1e6) / 1e3, workload.libraryLiveBytes(), jvmGrowth, misplaced,
                workload.damage(), workload.searches(), mallocInfo);
    }

    /** Spends what the measuring itself costs the first time, and returns what the JVM has committed then. */
    private long settle() {
        ResidentSize.read();
        note("baseline");
        Malloc.trim();
        for (int i = 0; i < 3; i++) {
            System.gc();
            jvm.committed();
        }
        try {
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return jvm.committed();
    }

    private void note(String moment) {
        if (mallocStats) {
            mallocInfo.put(moment, Malloc.info());
        }
    }
}
