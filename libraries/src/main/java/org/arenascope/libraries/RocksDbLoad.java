package org.arenascope.libraries;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.arenascope.measure.Progress;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.MemoryUsageType;
import org.rocksdb.MemoryUtil;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with a block cache, memtables, filters, and flushes and compactions on its own threads. It writes three times
 * what its cache holds.
 */
final class RocksDbLoad implements Load, PointReads {

    private static final int VALUE_BYTES = 240;

    private static final int BATCH = 1_000;
    private static final int KEY_BYTES = 16;
    /** What stays in the memtable, so that it is part of the figures. */
    private static final int LAST_BATCHES = 10;

    static {
        RocksDB.loadLibrary();
    }

    private final long records;
    private final Random random = new Random(11);
    private final byte[] value = new byte[VALUE_BYTES];
    private final BloomFilter filter = new BloomFilter(10);
    private final Cache cache;
    private final Options options;
    private final RocksDB database;

    RocksDbLoad(Path folder, long size) throws RocksDBException {
        records = size * 3 / 2 / (VALUE_BYTES + KEY_BYTES);
        cache = new LRUCache(size / 2);
        options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(size / 8)
                .setMaxWriteBufferNumber(4)
                .setMaxBackgroundJobs(4)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(8 << 10)
                        .setFilterPolicy(filter));
        database = RocksDB.open(options, folder.toString());
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(KEY_BYTES).putLong(number * 0x9E3779B97F4A7C15L).putLong(number).array();
    }

    @Override
    public void fill(Progress progress) throws RocksDBException, InterruptedException {
        long from = 0;
        for (; from < records; from += BATCH) {
            write(from);
            progress.tell("writing", from, records);
        }
        awaitBackground();
        for (int i = 0; i < LAST_BATCHES; i++) {
            write(from + i * BATCH);
        }
        // Every record once, in some order, and half of them stay in the cache.
        for (long i = 0; i < records; i++) {
            read(i * 7 % records);
            progress.tell("reading", i, records);
        }
    }

    private void write(long from) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch(); WriteOptions write = new WriteOptions()) {
            for (int i = 0; i < BATCH; i++) {
                batch.put(key(from + i), value(from + i));
            }
            database.write(write, batch);
        }
    }

    /** Half of it can be compressed, as real data can. */
    private byte[] value(long number) {
        random.nextBytes(value);
        for (int i = VALUE_BYTES / 2; i < VALUE_BYTES; i++) {
            value[i] = (byte) number;
        }
        return value;
    }

    private void awaitBackground() throws RocksDBException, InterruptedException {
        for (int quiet = 0; quiet < 3;) {
            Thread.sleep(20);
            long busy = database.getLongProperty("rocksdb.num-running-flushes")
                    + database.getLongProperty("rocksdb.num-running-compactions")
                    + database.getLongProperty("rocksdb.mem-table-flush-pending")
                    + database.getLongProperty("rocksdb.compaction-pending");
            quiet = busy == 0 ? quiet + 1 : 0;
        }
    }

    private void read(long number) throws RocksDBException {
        byte[] found = database.get(key(number));
        if (found == null || found[VALUE_BYTES - 1] != (byte) number) {
            throw new IllegalStateException("RocksDB lost record " + number);
        }
    }

    @Override
    public void prepare() throws RocksDBException {
        for (long i = 0; i < hot(); i++) {
            read(i);
        }
    }

    /** As many as there is room for in the cache, and more. */
    private long hot() {
        return records / 8;
    }

    @Override
    public void readOne() throws RocksDBException {
        read(random.nextLong(hot()));
    }

    @Override
    public void query() throws RocksDBException {
        for (int i = 0; i < 20_000; i++) {
            read(random.nextLong(records));
        }
    }

    @Override
    public Map<String, Long> ownFigures() throws RocksDBException {
        Map<MemoryUsageType, Long> usage =
                MemoryUtil.getApproximateMemoryUsageByType(List.of(database), Set.of(cache));
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("block cache", usage.get(MemoryUsageType.kCacheTotal));
        figures.put("memtables", usage.get(MemoryUsageType.kMemTableTotal));
        figures.put("table readers", usage.get(MemoryUsageType.kTableReadersTotal));
        return figures;
    }

    @Override
    public void close() throws RocksDBException {
        database.closeE();
        options.close();
        cache.close();
        filter.close();
    }
}
