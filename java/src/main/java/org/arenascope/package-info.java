/**
 * Gives native libraries malloc arenas of their own, so that the memory which a Java application frees goes back to
 * the operating system.
 *
 * <p>A process has one malloc for itself and for every native library it loads. Blocks that a library keeps lie
 * between the application's own, and one living block holds its page, and often much more, after everything around
 * it was freed. With {@link org.arenascope.MallocArena} an application makes an arena for the library and selects it
 * around its calls, in an {@link org.arenascope.ArenaScope}:
 *
 * <pre>{@code
 *     static final MallocArena SQLITE = MallocArena.create("sqlite");
 *
 *     try (ArenaScope scope = SQLITE.enter()) {
 *         statement.executeUpdate(sql);           // every native block obtained in here lies in SQLITE
 *     }
 * }</pre>
 *
 * <p>{@link org.arenascope.Malloc} has what concerns the process's malloc as a whole.
 *
 * <p>Dedicated arenas exist only in ArenaScope's patched glibc, which its container images have as their system's C
 * library. Elsewhere these classes load and {@link org.arenascope.MallocArena#unsupportedReason()} says why there are
 * none. Linux, x86-64 and aarch64.
 *
 * <p>Methods of this package throw {@link java.lang.NullPointerException} if an argument is {@code null}.
 */
package org.arenascope;
