#!/bin/bash
# Builds malloc in GLIBC_ROOT/build anew with the compiler's OPTIONs as well, relinks all of glibc with it, and puts the
# libc.so.6 into FOLDER.  With LD_LIBRARY_PATH=FOLDER, programs of an image with the patched glibc run on it.
#
# With MALLOC_DEBUG on, stock malloc has two mistakes of its own, which are mended: _int_free_check looks at a chunk's
# neighbors with no lock held, and aborts when another thread changes them; and a chunk that is mapped for want of an
# arena is checked as one of the arena NULL.
set -euo pipefail

folder=${1:?usage: build-malloc.sh FOLDER OPTION...}
shift
cd "${GLIBC_ROOT:?}/build"
sed --in-place --expression='/^_int_free_check (/,/^}/ { /^  check_inuse_chunk (av, p);$/d }' \
  --expression='/^sysmalloc_mmap (/,/^}/ s/^  check_chunk (av, p);/  if (av != NULL)\n    { check_chunk (av, p); }/' \
  ../src/malloc/malloc.c
echo "CFLAGS-malloc.c += $*" >> configparms
rm --force malloc/malloc.o malloc/malloc.os
make -j"$(nproc)" MAKEINFO=:
mkdir -p "$folder"
cp libc.so "$folder/libc.so.6"
