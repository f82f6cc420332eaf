#!/bin/bash
# Configures GLIBC_ROOT/src as Debian configures its libc6, so that the result can take its place, and builds it in
# GLIBC_ROOT/build.
set -euo pipefail

root=${GLIBC_ROOT:?}
triplet=$(gcc -dumpmachine)
machine=$(dpkg --print-architecture)
case $machine in
  amd64) rtlddir=/lib64; machine_options=(--enable-multi-arch) ;;
  arm64) rtlddir=/lib; machine_options=(--enable-multi-arch --enable-memory-tagging) ;;
  *) echo "$0: no configuration for the architecture $machine; there are amd64 and arm64" >&2; exit 1 ;;
esac

# Part of config.h: a name that changed with the patches would rebuild all of glibc.
package_version="ArenaScope on Debian GLIBC $(dpkg-query --show --showformat='${Version}' glibc-source)"

mkdir -p "$root/build"
cd "$root/build"
cat > configparms <<EOF
CFLAGS = -pipe -O2 -g
ASFLAGS = -pipe -O2 -g
rtlddir = $rtlddir
slibdir = /lib/$triplet
libdir = /usr/lib/$triplet
rootsbindir = /sbin
complocaledir = /usr/lib/locale
LIBGD = no
EOF

# The source package comes without the manual, which make would want to format.
export MAKEINFO=:
compiler_options='-Wl,--hash-style=both -U_FILE_OFFSET_BITS -U_TIME_BITS'
CC="gcc $compiler_options" CXX="g++ $compiler_options" "$root/src/configure" \
  --prefix=/usr --libdir="/usr/lib/$triplet" --libexecdir=/usr/lib --sysconfdir=/etc --localstatedir=/var \
  --without-selinux --disable-crypt --disable-nscd --enable-bind-now --enable-fortify-source \
  --enable-stackguard-randomization --enable-stack-protector=strong --enable-kernel=3.2 \
  "${machine_options[@]}" --with-pkgversion="$package_version"
make -j"$(nproc)"
