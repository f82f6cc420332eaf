package org.arenascope.libraries;

import java.util.Map;

import org.arenascope.measure.Progress;

/**
 * One use of a library, from opening to {@link #close}. Everything is done through the library's own Java API, and
 * nothing here knows of arenas. For one thread.
 */
interface Load extends AutoCloseable {

    /** Opens what there is to open, and fills it; returns when the library's threads have no more to do. */
    void fill(Progress progress) throws Exception;

    /** Asks for some of it, and checks the answers. */
    void query() throws Exception;

    /** What the library says that it holds, in bytes by kind; empty if it cannot say. */
    Map<String, Long> ownFigures() throws Exception;

    /** Has the library keep more, of a kind that its own figures do not count; after they were taken. */
    default void keepMore() throws Exception {
    }

    @Override
    void close() throws Exception;
}
