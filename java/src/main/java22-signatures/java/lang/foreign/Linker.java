package java.lang.foreign;

import java.lang.invoke.MethodHandle;

public interface Linker {
    interface Option {
        static Option critical(boolean allowHeapAccess) {
            return null;
        }
    }

    static Linker nativeLinker() {
        return null;
    }

    MethodHandle downcallHandle(MemorySegment address, FunctionDescriptor function, Option... options);
}
