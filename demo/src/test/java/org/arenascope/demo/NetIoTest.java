package org.arenascope.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetIoTest {

    private static final int SIZE = 40;

    private final long cache = NetIo.netio_open();
    private final Memory element = new Memory(SIZE);

    @AfterEach
    void close() {
        NetIo.netio_close(cache);
    }

    @Test
    void it_keeps_a_copy_of_each_element_and_counts_its_bytes() {
        process(3);
        element.setMemory(0, SIZE, (byte) 9);

        assertEquals(3, NetIo.netio_elements(cache));
        assertEquals(3L * (SIZE + NetIo.OVERHEAD), NetIo.netio_live_bytes(cache));
        assertEquals(0, NetIo.netio_verify(cache));
    }

    @Test
    void it_notices_an_element_that_was_damaged() {
        process(3);
        Memory blocks = new Memory(3 * Long.BYTES);
        assertEquals(3, NetIo.netio_blocks(cache, Pointer.nativeValue(blocks), 3));
        new Pointer(blocks.getLong(Long.BYTES)).setByte(NetIo.OVERHEAD, (byte) 77);

        assertEquals(1, NetIo.netio_verify(cache));
    }

    @Test
    void it_tells_no_more_blocks_than_there_is_room_for() {
        process(3);
        Memory blocks = new Memory(2 * Long.BYTES);

        assertEquals(2, NetIo.netio_blocks(cache, Pointer.nativeValue(blocks), 2));
    }

    @Test
    void it_refuses_what_it_cannot_keep() {
        assertNotEquals(0, NetIo.netio_process(0, Pointer.nativeValue(element), SIZE));
        assertNotEquals(0, NetIo.netio_process(cache, 0, SIZE));
        assertNotEquals(0, NetIo.netio_process(cache, Pointer.nativeValue(element), Long.MAX_VALUE - 8));
        assertEquals(0, NetIo.netio_elements(cache));
        assertEquals(0, NetIo.netio_live_bytes(cache));
    }

    private void process(int times) {
        element.setMemory(0, SIZE, (byte) 5);
        for (int i = 0; i < times; i++) {
            assertEquals(0, NetIo.netio_process(cache, Pointer.nativeValue(element), SIZE));
        }
    }
}
