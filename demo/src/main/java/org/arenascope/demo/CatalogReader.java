package org.arenascope.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads AppStream's YAML, one document after another, without ever holding a document as a tree. */
final class CatalogReader {

    static final String HOW_TO_GET_ONE = "scripts/demo runs in an image that has one; on Debian, "
            + "'apt-get install appstream && apt-get update' fetches it; --catalog FILE takes another";

    /** Is told how much of the input has been read, in bytes. */
    interface Watcher {
        void read(long done, long total);
    }

    private static final String[] ICON_SIZES = {"64x64", "48x48"};

    private final Path iconFolder;
    private final Watcher watcher;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 25);
    private int[] scalarStart = new int[1 << 20];
    private int scalars;
    private final List<Catalog.Component> components = new ArrayList<>();
    private String origin = "";

    CatalogReader(Path iconFolder, Watcher watcher) {
        this.iconFolder = iconFolder;
        this.watcher = watcher;
    }

    Catalog read(List<Path> files) {
        long total = 0;
        for (Path file : files) {
            total += sizeOf(file);
        }
        long before = 0;
        for (Path file : files) {
            int known = components.size();
            read(file, before, total);
            if (components.size() == known) {
                throw new CommandException(ExitCode.USAGE, file + " holds no AppStream components. " + HOW_TO_GET_ONE);
            }
            before += sizeOf(file);
        }
        int[] starts = Arrays.copyOf(scalarStart, scalars + 1);
        starts[scalars] = text.size();
        return new Catalog(text.toByteArray(), starts, components.toArray(new Catalog.Component[0]));
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.USAGE, "there is no file " + file + ". " + HOW_TO_GET_ONE);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot read " + file + ": " + e.getMessage());
        }
    }

    private void read(Path file, long before, long total) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setCodePointLimit(Integer.MAX_VALUE)
                .setUseMarks(false)
                .build();
        try (InputStream in = open(file, before, total)) {
            for (Event event : new Parse(settings).parseInputStream(in)) {
                take(event);
            }
        } catch (EOFException | ZipException e) {
            throw new CommandException(ExitCode.USAGE, file + " is damaged: " + e.getMessage() + ". " + HOW_TO_GET_ONE);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot read " + file + ": " + e.getMessage());
        } catch (YamlEngineException e) {
            String why = e.getCause() instanceof IOException cause ? "damaged: " + cause.getMessage() : "not YAML";
            throw new CommandException(ExitCode.USAGE, file + " is " + why + ". " + HOW_TO_GET_ONE);
        }
    }

    private InputStream open(Path file, long before, long total) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder");
        }
        InputStream in = new BufferedInputStream(new Watched(Files.newInputStream(file), before, total), 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** A container that is open, and which key of it the next scalar or container belongs to. */
    private static final class Open {
        final boolean mapping;
        String key;

        Open(boolean mapping) {
            this.mapping = mapping;
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    private int firstScalar;
    private int id;
    private int name;
    private int summary;
    private int description;
    private String icon;

    private void take(Event event) {
        switch (event.getEventId()) {
            case DocumentStart -> {
                open.clear();
                firstScalar = scalars;
                id = name = summary = description = Catalog.NONE;
                icon = "";
            }
            case DocumentEnd -> {
                if (id != Catalog.NONE) {
                    components.add(new Catalog.Component(firstScalar, scalars, id, name, summary, description, icon));
                }
            }
            case MappingStart -> open.addLast(new Open(true));
            case SequenceStart -> open.addLast(new Open(false));
            case MappingEnd, SequenceEnd -> {
                open.removeLast();
                valueEnded();
            }
            case Scalar -> scalar(((ScalarEvent) event).getValue());
            default -> {
            }
        }
    }

    private void scalar(String value) {
        int number = keep(value);
        Open container = open.peekLast();
        if (container != null && container.mapping && container.key == null) {
            container.key = value;
            return;
        }
        recognise(number, value);
        valueEnded();
    }

    private void valueEnded() {
        Open container = open.peekLast();
        if (container != null) {
            container.key = null;
        }
    }

    private int keep(String value) {
        if (scalars + 1 == scalarStart.length) {
            scalarStart = Arrays.copyOf(scalarStart, scalarStart.length * 2);
        }
        scalarStart[scalars] = text.size();
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        text.write(bytes, 0, bytes.length);
        return scalars++;
    }

    private void recognise(int number, String value) {
        Open top = open.peekFirst();
        if (top == null || top.key == null) {
            return;
        }
        boolean inEnglish = open.size() == 2 && "C".equals(open.peekLast().key);
        switch (top.key) {
            case "ID" -> id = number;
            case "Origin" -> origin = value;
            case "Name" -> name = inEnglish ? number : name;
            case "Summary" -> summary = inEnglish ? number : summary;
            case "Description" -> description = inEnglish ? number : description;
            case "Icon" -> {
                if (icon.isEmpty() && "name".equals(open.peekLast().key)) {
                    icon = installedIcon(value);
                }
            }
            default -> {
            }
        }
    }

    private String installedIcon(String name) {
        if (name.contains("/")) {
            return "";
        }
        for (String size : ICON_SIZES) {
            Path file = iconFolder.resolve(origin).resolve(size).resolve(name);
            if (Files.isRegularFile(file)) {
                return file.toString();
            }
        }
        return "";
    }

    private final class Watched extends FilterInputStream {
        private final long total;
        private long done;

        Watched(InputStream in, long before, long total) {
            super(in);
            this.done = before;
            this.total = total;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count > 0) {
                done += count;
                watcher.read(done, total);
            }
            return count;
        }
    }
}
