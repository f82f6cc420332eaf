package org.arenascope.top;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the kernel tells of a process of this machine, as far as this user may know. */
record ProcessFiles(long pid) {
    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    /** Whether it runs: one that has ended is still there until its parent has seen that. */
    boolean exists() {
        try {
            return !status("State:").orElse("").startsWith("Z");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether HotSpot is in it; empty if that cannot be known. */
    Optional<Boolean> isJvm() {
        try (Stream<String> maps = Files.lines(file("maps"))) {
            return Optional.of(maps.anyMatch(line -> line.contains("/libjvm.so")));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** The user's number. */
    OptionalLong user() {
        try {
            return OptionalLong.of((int) Files.getAttribute(file("."), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return OptionalLong.empty();
        }
    }

    /** The resident size in bytes. */
    OptionalLong residentBytes() {
        try {
            return status("VmRSS:").map(value -> OptionalLong.of(Long.parseLong(value.replaceAll("\\D", "")) * 1024))
                    .orElse(OptionalLong.empty());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private Optional<String> status(String field) throws IOException {
        try (Stream<String> status = Files.lines(file("status"))) {
            return status.filter(line -> line.startsWith(field)).map(line -> line.substring(field.length()).strip())
                    .findFirst();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Whether it has a network of its own, and nothing of it is reached from here. */
    boolean hasOtherNetwork() {
        try {
            return !Files.readSymbolicLink(file("ns/net")).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (IOException e) {
            return false;
        }
    }
}
