package org.arenascope.demo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;

/**
 * A software catalog, flat: the text of all its scalars, keys and values alike, in the order of the file. It stands for
 * the file that the application reads; a run that loads it makes no garbage and needs no parser.
 */
final class Catalog {

    static final int NONE = -1;

    private final byte[] text;
    private final int[] scalarStart;
    private final Component[] components;

    /** A component's scalars, from one number to before another, and some of them by what they are, or NONE. */
    record Component(int firstScalar, int endScalar, int id, int name, int summary, int description, String icon) {
    }

    Catalog(byte[] text, int[] scalarStart, Component[] components) {
        this.text = text;
        this.scalarStart = scalarStart;
        this.components = components;
    }

    int components() {
        return components.length;
    }

    Component component(int i) {
        return components[i];
    }

    int scalars() {
        return scalarStart.length - 1;
    }

    byte[] text() {
        return text;
    }

    int start(int scalar) {
        return scalarStart[scalar];
    }

    int length(int scalar) {
        return scalarStart[scalar + 1] - scalarStart[scalar];
    }

    /** A scalar's text, empty for NONE. */
    String string(int scalar) {
        return scalar == NONE ? ""
                : new String(text, scalarStart[scalar], length(scalar), StandardCharsets.UTF_8);
    }

    int icons() {
        int icons = 0;
        for (Component component : components) {
            if (!component.icon().isEmpty()) {
                icons++;
            }
        }
        return icons;
    }

    /** The Java heap that the catalog takes when it is loaded. */
    long heapBytes() {
        return text.length + 4L * scalarStart.length + 300L * components.length;
    }

    void save(Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(text.length);
            out.write(text);
            out.writeInt(scalarStart.length);
            for (int start : scalarStart) {
                out.writeInt(start);
            }
            out.writeInt(components.length);
            for (Component component : components) {
                out.writeInt(component.firstScalar());
                out.writeInt(component.endScalar());
                out.writeInt(component.id());
                out.writeInt(component.name());
                out.writeInt(component.summary());
                out.writeInt(component.description());
                out.writeUTF(component.icon());
            }
        }
    }

    static Catalog load(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            byte[] text = new byte[in.readInt()];
            in.readFully(text);
            int[] scalarStart = new int[in.readInt()];
            for (int i = 0; i < scalarStart.length; i++) {
                scalarStart[i] = in.readInt();
            }
            Component[] components = new Component[in.readInt()];
            for (int i = 0; i < components.length; i++) {
                components[i] = new Component(in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt(),
                        in.readInt(), in.readUTF());
            }
            return new Catalog(text, scalarStart, components);
        } catch (IOException e) {
            throw new CommandException(ExitCode.RUN, "cannot read the prepared catalog " + file + ": " + e.getMessage());
        }
    }
}
