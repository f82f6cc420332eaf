package org.arenascope.demo;

import java.util.List;
import java.util.Optional;

import org.arenascope.measure.Progress;

/**
 * An application and a native library at work in one process. The methods are called once each, in the order in which
 * they stand here, on one thread; those for misplaced blocks are left out where there are no arenas.
 */
interface Workload extends AutoCloseable {

    /** Does a little of everything and frees it, so that what a first time costs is spent before the baseline. */
    void warmUp();

    /** The application allocates and fills its blocks and calls the library in between. */
    void allocate(Progress progress);

    /** How many of the application's blocks do not lie where they should. */
    long misplacedByApplication();

    /** The application frees all of its blocks. */
    void free(Progress progress);

    /** How many of the library's blocks, as far as they can be told, do not lie where they should. */
    long misplacedByLibrary();

    /** What the library holds. */
    long libraryLiveBytes();

    /** What is wrong with the library's data, if anything is. */
    Optional<String> damage();

    /** What the library answers now that the application has freed its part. */
    List<Search> searches();

    @Override
    void close();
}
