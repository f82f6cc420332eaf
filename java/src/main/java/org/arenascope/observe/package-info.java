/**
 * Shows {@linkplain org.arenascope.MallocArena arenas} to those who look at a process from outside.
 *
 * <p><b>JMX.</b> Each arena is an MXBean of the platform's server, {@code org.arenascope:type=MallocArena,name=NAME},
 * with the attributes and operations of {@link org.arenascope.observe.MallocArenaMXBean}; and all together are {@code
 * org.arenascope:type=Malloc}, a {@link org.arenascope.observe.MallocMXBean}. If a name is taken, by an arena of the
 * same name or by another copy of the library, a key is added that makes it unique: {@code id=2}, {@code id=3}, and so
 * on. In a name that has one of the characters {@code , = : " * ?} the value is {@linkplain
 * javax.management.ObjectName#quote quoted}. An arena appears within a second or so of the moment when it is made, and
 * disappears within a second of the moment when it is {@linkplain org.arenascope.MallocArena#isRetired() retired}. The
 * bean of all is there as long as there is an arena; where arenas are not {@linkplain
 * org.arenascope.MallocArena#isSupported() supported}, from the first attempt to make one. The system property {@code
 * org.arenascope.jmx}, set to {@code false}, keeps all beans from being registered.
 *
 * <p><b>Flight Recorder.</b> The event {@code org.arenascope.MallocArena} is recorded for each arena, by default every
 * 10 seconds, with the same figures. The event {@code org.arenascope.SlowScope} is recorded for each {@linkplain
 * org.arenascope.ArenaScope scope} that was open for longer than a threshold, 20 ms by default, with the place that
 * closed it; it is off at first, and is turned on by a recording's settings: {@code jcmd PID JFR.start
 * +org.arenascope.SlowScope#enabled=true +org.arenascope.SlowScope#threshold=1ms}. While it is off, a scope does
 * nothing for it but to find that out.
 *
 * <p><b>Micrometer.</b> {@link org.arenascope.observe.MallocArenaMetrics} binds arenas to a registry. The system
 * property {@code org.arenascope.micrometer}, set to {@code true}, has them bound to the global registry with no code.
 *
 * <p>Each of the three is there only where the module that it is made on is: {@code java.management}, {@code jdk.jfr},
 * {@code micrometer.core}. Where one is missing, the library works without it.
 */
package org.arenascope.observe;
