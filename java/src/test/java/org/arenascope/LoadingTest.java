package org.arenascope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application sees where the C library cannot be loaded: a reason, and never an error. */
class LoadingTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderForTemporaryFilesThatCannotBeUsedIsAReason() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertUnsupported("-Djna.tmpdir=FOLDER", ChildJvm.run(ChildJvm.CLASS_PATH,
                List.of("-Djna.tmpdir=" + file.resolve("below")), Program.class));
    }

    @Test
    void aMissingCLibraryIsAReason() throws Exception {
        assertUnsupported("libarenascope.so", ChildJvm.run(classPathWithoutCLibrary(), List.of(), Program.class));
    }

    @Test
    void aCLibraryThatIsNoneIsAReason() throws Exception {
        String classPath = classPathWithoutCLibrary();
        for (String platform : List.of("linux-x86-64", "linux-aarch64")) {
            Files.writeString(Files.createDirectories(folder.resolve(platform)).resolve("libarenascope.so"), "no ELF");
        }
        assertUnsupported("libarenascope.so", ChildJvm.run(classPath, List.of(), Program.class));
    }

    @Test
    void aCLibraryOfAnotherVersionIsAReasonThatSaysSo() throws Exception {
        String classPath = classPathWithoutCLibrary();
        for (String missing : List.of("arenascope_arena_inherit", "arenascope_barrier")) {
            for (String platform : List.of("linux-x86-64", "linux-aarch64")) {
                String name = platform + "/libarenascope.so";
                try (InputStream library = Shim.class.getClassLoader().getResourceAsStream(name)) {
                    if (library != null) {
                        Files.write(Files.createDirectories(folder.resolve(platform)).resolve("libarenascope.so"),
                                without(missing, library.readAllBytes()));
                    }
                }
            }
            ChildJvm child = ChildJvm.run(classPath, List.of(), Program.class);
            assertUnsupported(missing, child);
            assertTrue(child.output().contains("another version of ArenaScope"), child.output());
        }
    }

    /** What an older library is: one that has no function of this name, since it has another one in its place. */
    private static byte[] without(String function, byte[] library) {
        String bytes = new String(library, StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains("\0" + function + "\0"));
        return bytes.replace("\0" + function + "\0", "\0" + "x".repeat(function.length()) + "\0")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aDiskThatIsFullIsAReason() throws Exception {
        assertUnsupported("-Djna.tmpdir=FOLDER", ChildJvm.runAfter("ulimit -f 0", List.of("-XX:-UsePerfData",
                "-Djna.tmpdir=" + folder), Program.class));
    }

    @Test
    void aMissingJnaIsAReason() throws Exception {
        String withoutJna = Arrays.stream(ChildJvm.CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jna-"))
                .collect(Collectors.joining(File.pathSeparator));
        assertUnsupported("com.sun.jna", ChildJvm.run(withoutJna, List.of(), Program.class));
    }

    private static void assertUnsupported(String reason, ChildJvm child) {
        assertEquals(0, child.exitCode(), child.output());
        assertTrue(child.output().contains("unsupported: libarenascope.so cannot be loaded"), child.output());
        assertTrue(child.output().contains(reason), child.output());
        assertTrue(child.output().endsWith("the application goes on\n"), child.output());
    }

    /** The class path, with the library's classes copied to the folder and the C library left out. */
    private String classPathWithoutCLibrary() throws IOException {
        StringBuilder classPath = new StringBuilder(folder.toString());
        for (String entry : ChildJvm.CLASS_PATH.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                copyClasses(path);
            } else if (path.getFileName().toString().startsWith("arenascope-")) {
                try (FileSystem jar = FileSystems.newFileSystem(path)) {
                    copyClasses(jar.getPath("/"));
                }
            } else {
                classPath.append(File.pathSeparator).append(entry);
            }
        }
        return classPath.toString();
    }

    private void copyClasses(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".class"))::iterator) {
                Path copy = folder.resolve(classes.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    static final class Program {
        public static void main(String[] args) throws Exception {
            System.out.println("unsupported: " + MallocArena.unsupportedReason().orElse("not at all"));
            try {
                MallocArena.create("netio");
                throw new AssertionError("made an arena");
            } catch (UnsupportedOperationException e) {
                System.out.println("create: " + e.getMessage());
            }
            try {
                Malloc.info();
                throw new AssertionError("malloc_info was called");
            } catch (UnsupportedOperationException e) {
                System.out.println("info: " + e.getMessage());
            }
            if (Malloc.trim() || Malloc.returnMemory(true) || UnsafeMalloc.arenaOf(16).isPresent()) {
                throw new AssertionError("did something");
            }
            int result = MallocArena.createIfSupported("netio").call(() -> 42);
            if (result != 42) {
                throw new AssertionError(result);
            }
            System.out.println("the application goes on");
        }
    }
}
