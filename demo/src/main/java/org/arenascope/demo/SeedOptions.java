package org.arenascope.demo;

import org.arenascope.measure.ByteSize;
import org.arenascope.measure.CommandException;
import org.arenascope.measure.ExitCode;
import picocli.CommandLine.Option;

/** The options of the workload {@code seed}. */
final class SeedOptions {

    static final String SIZE = "200m";
    static final String BLOCK_SIZE = "512";
    static final String LIBRARY_SHARE = "5";

    private static final int LEAST_BLOCKS = 100;
    /** A block has to be large beside malloc's header, or that would count as memory held. */
    private static final int LEAST_BLOCK_SIZE = 64;
    private static final long MOST_BLOCKS = 500_000_000;

    @Option(names = "--size", defaultValue = SIZE, paramLabel = "SIZE", converter = ByteSize.Converter.class,
            description = "Bytes in all blocks together; k, m and g are powers of 1000 (default: ${DEFAULT-VALUE}).")
    long size;

    @Option(names = "--block-size", defaultValue = BLOCK_SIZE, paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "Bytes of one block, 64 or more (default: ${DEFAULT-VALUE}).")
    long blockSize;

    @Option(names = "--library-share", defaultValue = LIBRARY_SHARE, paramLabel = "PERCENT",
            description = "The library's part in per cent, 1 to 99 (default: ${DEFAULT-VALUE}).")
    int libraryShare;

    /** The load that the options describe; a {@link CommandException} says which of them is wrong. */
    SeedWorkload.Load load() {
        if (blockSize < LEAST_BLOCK_SIZE || blockSize > 1_000_000_000) {
            throw usage("--block-size must be from " + LEAST_BLOCK_SIZE + " bytes to 1g, not " + blockSize);
        }
        if (libraryShare < 1 || libraryShare > 99) {
            throw usage("--library-share must be from 1 to 99 per cent, not " + libraryShare);
        }
        if (size / blockSize < LEAST_BLOCKS) {
            throw usage("--size must hold at least " + LEAST_BLOCKS + " blocks, " + LEAST_BLOCKS * blockSize
                    + " bytes here, not " + size);
        }
        if (size / blockSize > MOST_BLOCKS) {
            throw usage("--size must hold at most " + MOST_BLOCKS + " blocks; make --block-size larger");
        }
        return new SeedWorkload.Load(size, (int) blockSize, libraryShare);
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }
}
