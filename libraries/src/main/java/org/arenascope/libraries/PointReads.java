package org.arenascope.libraries;

/** A load of which single records can be read. */
interface PointReads {

    /** Sees to it that all that is read is in the library's memory. */
    void prepare() throws Exception;

    /** Reads a record, which has to be there. */
    void readOne() throws Exception;
}
