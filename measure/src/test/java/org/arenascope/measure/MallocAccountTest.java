package org.arenascope.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.arenascope.Malloc;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MallocAccountTest {

    private static final String TWO_ARENAS = """
            <malloc version="1">
            <heap nr="0"><sizes/>
            <total type="fast" count="1" size="1000000"/><total type="rest" count="1" size="2000000"/>
            <system type="current" size="7000000"/><system type="max" size="9000000"/></heap>
            <heap nr="1" type="dedicated"><sizes/>
            <total type="fast" count="0" size="0"/><total type="rest" count="1" size="500000"/>
            <system type="current" size="4500000"/><system type="max" size="4500000"/></heap>
            <total type="fast" count="1" size="1000000"/><total type="rest" count="2" size="2500000"/>
            <total type="mmap" count="1" size="300000"/>
            <system type="current" size="11500000"/></malloc>
            """;

    @Test
    void an_arena_has_a_line_with_what_it_has_and_what_is_free_of_it() {
        MallocAccount account = new MallocAccount();
        account.add("freed", TWO_ARENAS);
        String table = account.table();

        assertTrue(table.contains("| freed  | 0, main        |                 7.0 |        4.0 |      3.0 |"), table);
        assertTrue(table.contains("|        | 1, dedicated   |                 4.5 |        4.0 |      0.5 |"), table);
        assertTrue(table.contains("|        | mmapped blocks |                 0.3 |        0.3 |      0.0 |"), table);
    }

    @Test
    void what_lies_in_dedicated_arenas_is_counted_apart() {
        assertEquals(Map.of("1", 4_000_000L), MallocAccount.inUseInDedicatedArenas(TWO_ARENAS));
    }

    @Test
    void the_account_of_this_process_is_understood() {
        MallocAccount account = new MallocAccount();
        account.add("now", Malloc.info());
        assertTrue(account.table().contains("small ones"), account.table());
    }

    @Test
    void what_is_no_account_is_refused() {
        assertThrows(CommandException.class, () -> new MallocAccount().add("now", "<malloc"));
    }
}
