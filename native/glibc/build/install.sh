#!/bin/bash
# Installs the tree in GLIBC_ROOT/build and picks from it what takes the place of Debian's packages: the files of libc6
# and libc-bin go to GLIBC_ROOT/runtime, those of libc6-dev and libc-dev-bin to GLIBC_ROOT/development.  The C library
# only works as a set of one build, so a program or library of the packages that has no replacement is an error.
set -euo pipefail

root=${GLIBC_ROOT:?}
all=$root/all

# Debian's /bin, /sbin and /lib* are links into /usr; with the same links here each file is installed where dpkg has it.
mkdir -p "$all"
for link in bin sbin lib lib64; do
  if [ -L "/$link" ]; then
    mkdir -p "$all/usr/$link"
    ln -s "usr/$link" "$all/$link"
  fi
done
make -C "$root/build" MAKEINFO=: install_root="$all" install

# make puts the loader where programs name it; Debian has it beside the libraries and a link in that place.
loader=$(find "$all/usr/lib64/" "$all/usr/lib/" -maxdepth 1 -type f -name 'ld-linux-*')
mv "$loader" "$all/usr/lib/$(gcc -dumpmachine)/"
cp --no-dereference "${loader#"$all"}" "$loader"

starts_with () { # FILE TEXT
  [ -f "$1" ] && [ "$(head --bytes=${#2} "$1" | tr --delete '\0')" = "$2" ]
}
is_elf () { starts_with "$1" $'\177ELF'; }

pick () { # FOLDER PACKAGE...
  local target=$1 file
  shift
  mkdir -p "$target"
  while read -r file; do
    if [ -L "$all$file" ] || [ -f "$all$file" ]; then
      (cd "$all" && cp --no-dereference --preserve=mode,links --parents ".$file" "$target")
    elif is_elf "$file"; then
      echo "$0: nothing was built that takes the place of $file" >&2
      return 1
    fi
  done < <(dpkg-query --listfiles "$@" | sort --unique)
}

pick "$root/runtime" libc6 libc-bin
pick "$root/development" libc6-dev libc-dev-bin
rm -r "$all"

# Only debug information goes: debuggers and libthread_db look into the symbol table of libc.so.6 and of the loader.
find "$root/runtime" "$root/development" -type f | while read -r file; do
  if is_elf "$file" || starts_with "$file" '!<arch>'; then
    strip --strip-debug "$file"
  fi
done
