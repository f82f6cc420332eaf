package org.arenascope.libraries;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.arenascope.measure.Progress;

/**
 * zstd with a trained dictionary, contexts, and streams that are compressed on its own threads. It cannot say what it
 * holds: the functions that do are not in zstd-jni's library.
 */
final class ZstdLoad implements Load {

    private static final int LEVEL = 9;
    private static final int WORKERS = 2;
    /** What a stream of that level with its workers takes, by trial. */
    private static final long STREAM_BYTES = 48_000_000;
    private static final int SAMPLES = 2_000;
    private static final int PIECE = 1 << 20;

    private final long streams;
    private final Random random = new Random(17);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<byte[]> samples = new ArrayList<>();
    private ZstdCompressCtx compressor;
    private ZstdDecompressCtx decompressor;

    ZstdLoad(long size) {
        streams = Math.max(1, size / STREAM_BYTES);
    }

    private <T extends AutoCloseable> T open(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void fill(Progress progress) throws IOException {
        ZstdDictTrainer trainer = new ZstdDictTrainer(SAMPLES * 400, 64 << 10);
        for (int i = 0; i < SAMPLES; i++) {
            byte[] sample = text(300);
            samples.add(sample);
            trainer.addSample(sample);
        }
        byte[] dictionary = trainer.trainSamples();
        // Closed in the opposite order: a dictionary is in use as long as a context has it.
        ZstdDictCompress compression = open(new ZstdDictCompress(dictionary, LEVEL));
        ZstdDictDecompress decompression = open(new ZstdDictDecompress(dictionary));
        compressor = open(new ZstdCompressCtx()).setLevel(LEVEL).loadDict(compression);
        decompressor = open(new ZstdDecompressCtx()).loadDict(decompression);
        for (int i = 0; i < streams; i++) {
            progress.tell("compressing", i, streams);
            compress();
        }
    }

    /** Compresses a stream, and reads it back; both stay open at its end, with all that they hold. */
    private void compress() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        ZstdOutputStreamNoFinalizer out = open(new ZstdOutputStreamNoFinalizer(compressed, LEVEL)).setWorkers(WORKERS);
        byte[] piece = text(PIECE);
        for (int i = 0; i < 16; i++) {
            out.write(piece);
        }
        out.flush();
        ZstdInputStreamNoFinalizer in =
                open(new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(compressed.toByteArray())));
        in.setContinuous(true);
        if (!Arrays.equals(piece, in.readNBytes(PIECE))) {
            throw new IllegalStateException("zstd lost what it was given");
        }
    }

    private byte[] text(int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (i % 7 == 0 ? ' ' : 'a' + random.nextInt(6));
        }
        return text;
    }

    @Override
    public void query() {
        for (byte[] sample : samples) {
            byte[] compressed = compressor.compress(sample);
            if (!Arrays.equals(sample, decompressor.decompress(compressed, sample.length))
                    || Zstd.getFrameContentSize(compressed) != sample.length) {
                throw new IllegalStateException("zstd lost a record");
            }
        }
    }

    @Override
    public Map<String, Long> ownFigures() {
        return Map.of();
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
