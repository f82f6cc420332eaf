#!/bin/bash
# Unpacks the source of the package glibc-source, with Debian's patches in it already, to GLIBC_ROOT/src.
set -euo pipefail

mkdir -p "${GLIBC_ROOT:?}/src"
tar --extract --file "$(echo /usr/src/glibc/glibc-*.tar.xz)" --directory "$GLIBC_ROOT/src" --strip-components=1
