package org.arenascope.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A container that waits to be told what to run, whatever its image starts by itself.
 */
final class ImageContainer extends GenericContainer<ImageContainer> {
    private ImageContainer(String image) {
        super(DockerImageName.parse(image));
        withCreateContainerCmdModifier(command -> command.withEntrypoint("sleep").withCmd("infinity"));
    }

    /** The Java runtime on the patched glibc. */
    static ImageContainer runtime(int jdk) {
        return new ImageContainer("arenascope:jdk" + jdk);
    }

    /** The demo on the Java runtime. */
    static ImageContainer demo(int jdk) {
        return new ImageContainer("arenascope-demo:jdk" + jdk);
    }

    /** What the runtime was made from: the same Debian with its own glibc. */
    static ImageContainer stock() {
        try (ImageContainer runtime = runtime(21)) {
            String label = "org.opencontainers.image.base.name";
            return new ImageContainer(runtime.getDockerClient().inspectImageCmd(runtime.getDockerImageName()).exec()
                    .getConfig().getLabels().get(label));
        }
    }

    Result run(String... command) {
        return run(Map.of(), command);
    }

    Result run(Map<String, String> environment, String... command) {
        return run(ExecConfig.builder().command(command).envVars(environment).build());
    }

    Result runAsRoot(String... command) {
        return run(ExecConfig.builder().command(command).user("root").build());
    }

    private Result run(ExecConfig config) {
        try {
            ExecResult result = execInContainer(config);
            return new Result(result.getExitCode(), result.getStdout(), result.getStderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a command ran in the container", e);
        }
    }

    /** Copies a file of this container to the same place in another one. */
    void copyTo(ImageContainer other, Path file, int mode) {
        byte[] content = copyFileFromContainer(file.toString(), stream -> stream.readAllBytes());
        other.copyFileToContainer(Transferable.of(content, mode), file.toString());
    }

    /** How a command ended and what it wrote; as text, all of it, for the message of an assertion. */
    record Result(int exitCode, String output, String errors) {
        List<String> outputLines() {
            return output.lines().toList();
        }
    }
}
