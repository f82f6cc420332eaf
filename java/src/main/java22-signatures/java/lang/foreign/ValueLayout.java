package java.lang.foreign;

public interface ValueLayout extends MemoryLayout {
    OfLong JAVA_LONG = null;

    interface OfLong extends ValueLayout {
    }
}
