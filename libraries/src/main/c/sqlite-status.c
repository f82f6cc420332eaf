/* SQLite's account of a connection's memory, as an SQL function.
   SPDX-License-Identifier: Apache-2.0

   sqlite-jdbc's library exports nothing of SQLite's own API, so this extension
   is loaded into it: arenascope_db_status (CODE) is what sqlite3_db_status
   gives for that code, in bytes.  */

#include <sqlite3ext.h>
#include <stddef.h>

SQLITE_EXTENSION_INIT1

static void
db_status (sqlite3_context *context, int count, sqlite3_value **values)
{
  int current, highest;

  (void) count;
  if (sqlite3_db_status (sqlite3_context_db_handle (context),
                         sqlite3_value_int (values[0]), &current, &highest, 0)
      != SQLITE_OK)
    sqlite3_result_error (context, "sqlite3_db_status has no such code", -1);
  else
    sqlite3_result_int64 (context, current);
}

int
sqlite3_sqlitestatus_init (sqlite3 *database, char **error,
                           const sqlite3_api_routines *api)
{
  (void) error;
  SQLITE_EXTENSION_INIT2 (api);
  return sqlite3_create_function (database, "arenascope_db_status", 1,
                                  SQLITE_UTF8, NULL, db_status, NULL, NULL);
}
