package org.arenascope.sample;

/** Calls a method that is native in one subclass and in Java in another. */
public abstract class Allocator {
    public abstract long allocateByDispatch(long size);

    public final long allocateAnywhere(long size) {
        return allocateByDispatch(size);
    }
}
