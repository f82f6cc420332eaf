package org.arenascope.sample;

import java.util.Map;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** A function that JNA finds by a name which the application makes of the method's. */
public final class MappedByNames {
    static {
        FunctionMapper names = (library, method) -> "sample_" + method.getName();
        Native.register(MappedByNames.class, NativeLibrary.getInstance(org.arenascope.sample.Library.path(),
                Map.of(Library.OPTION_FUNCTION_MAPPER, names)));
    }

    private MappedByNames() {
    }

    public static native long allocate(long size);
}
