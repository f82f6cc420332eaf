#!/bin/bash
# Builds what GLIBC_ROOT/implementation holds into the tree in GLIBC_ROOT/src, which the interface is a part of already.
set -euo pipefail

# make goes by the time: copied now, a file is newer than what was built without it.
cp --recursive --no-preserve=timestamps "${GLIBC_ROOT:?}/implementation/." "$GLIBC_ROOT/src"
make -C "$GLIBC_ROOT/build" -j"$(nproc)" MAKEINFO=:
