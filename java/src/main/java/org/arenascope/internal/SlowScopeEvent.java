package org.arenascope.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A scope, from before it was opened until after it was closed. */
@Name("org.arenascope.SlowScope")
@Label("Slow Scope")
@Description("A scope of a malloc arena that was open for longer than the threshold, and where it was closed")
@Category({"ArenaScope", "Malloc"})
@Enabled(false)
@Threshold("20 ms")
@StackTrace(true)
final class SlowScopeEvent extends Event {
    @Label("Arena")
    @Description("The arena's name")
    String arena;

    @Label("Id")
    @Description("The arena's number, as in its own events")
    int id;
}
