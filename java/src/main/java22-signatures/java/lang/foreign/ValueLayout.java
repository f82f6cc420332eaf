package java.lang.foreign;

import java.lang.invoke.VarHandle;

public interface ValueLayout extends MemoryLayout {
    OfLong JAVA_LONG = null;

    VarHandle varHandle();

    interface OfLong extends ValueLayout {
    }
}
