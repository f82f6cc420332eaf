/* The JVM, set apart from the libraries that it calls.
   SPDX-License-Identifier: Apache-2.0

   HotSpot ends the process when malloc has nothing for it, and what it obtains
   on a thread that has an arena selected comes from that arena, like
   everything.  So its calls of malloc and the like go through the functions
   here, which turn to the default arenas when the selected one refuses.

   A thread that the JVM starts serves all of Java and may never end, whoever
   happened to be the first to need it.  So it does not inherit an arena.

   A shared library calls malloc through slots of its own that the loader filled
   in; those of the JVM's libraries are filled in anew.  */

#define _GNU_SOURCE
#include "arenascope.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The virtual machine, and what it cannot load classes without.  */
static const char *const libraries[] =
  { "libjvm.so", "libjava.so", "libzip.so" };

static void *
jvm_malloc (size_t size)
{
  void *block = malloc (size);

  if (block == NULL)
    {
      void *selected = arenascope_swap (NULL);
      if (selected != NULL)
        block = malloc (size);
      arenascope_swap (selected);
    }
  return block;
}

static void *
jvm_calloc (size_t count, size_t size)
{
  void *block = calloc (count, size);

  if (block == NULL)
    {
      void *selected = arenascope_swap (NULL);
      if (selected != NULL)
        block = calloc (count, size);
      arenascope_swap (selected);
    }
  return block;
}

static int
jvm_posix_memalign (void **block, size_t alignment, size_t size)
{
  int error = posix_memalign (block, alignment, size);

  if (error == ENOMEM)
    {
      void *selected = arenascope_swap (NULL);
      if (selected != NULL)
        error = posix_memalign (block, alignment, size);
      arenascope_swap (selected);
    }
  return error;
}

/* A block of an arena that has no room for it moves to the default ones.  */
static void *
jvm_realloc (void *block, size_t size)
{
  void *moved;
  size_t used;

  if (block == NULL)
    return jvm_malloc (size);
  moved = realloc (block, size);
  if (moved != NULL || size == 0 || arenascope_of (block) == NULL)
    return moved;
  used = malloc_usable_size (block);
  moved = jvm_malloc (size);
  if (moved != NULL)
    {
      memcpy (moved, block, used < size ? used : size);
      free (block);
    }
  return moved;
}

static char *
jvm_strdup (const char *string)
{
  size_t size = strlen (string) + 1;
  char *copy = jvm_malloc (size);

  return copy == NULL ? NULL : memcpy (copy, string, size);
}

static int
jvm_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                    void *(*start) (void *), void *argument)
{
  void *selected = arenascope_swap (NULL);
  int error = pthread_create (thread, attributes, start, argument);

  arenascope_swap (selected);
  return error;
}

static const struct
{
  const char *name;
  void *glibcs;
  void *ours;
} functions[] =
  {
    { "malloc", malloc, jvm_malloc },
    { "pthread_create", pthread_create, jvm_pthread_create },
    { "calloc", calloc, jvm_calloc },
    { "realloc", realloc, jvm_realloc },
    { "posix_memalign", posix_memalign, jvm_posix_memalign },
    { "strdup", strdup, jvm_strdup },
  };
enum
{
  N_FUNCTIONS = sizeof functions / sizeof functions[0],
  /* Those that a virtual machine cannot do without, as bits.  */
  NEEDED = 1 << 0 | 1 << 1
};

/* What the loader knows of a shared library.  */
struct library
{
  ElfW (Addr) base;
  const ElfW (Sym) *symbols;
  const char *names;
  /* By bits, which functions it calls, and which of them are neither glibc's
     nor ours.  */
  unsigned int has;
  unsigned int lacks;
};

/* See to it that those of the COUNT slots at RELOCATION that go to a function
   of glibc's above go to ours.  The slots are writable.  */
static void
fill_slots (struct library *library, const ElfW (Rela) *relocation,
            size_t count)
{
  for (; count > 0; relocation++, count--)
    {
      const ElfW (Sym) *symbol
        = &library->symbols[ELF64_R_SYM (relocation->r_info)];
      void **slot = (void **) (library->base + relocation->r_offset);

      if (ELF64_R_SYM (relocation->r_info) == 0
          || symbol->st_shndx != SHN_UNDEF || relocation->r_addend != 0)
        continue;
      for (size_t i = 0; i < N_FUNCTIONS; i++)
        if (strcmp (library->names + symbol->st_name, functions[i].name) == 0)
          {
            library->has |= 1U << i;
            if (*slot == functions[i].glibcs)
              __atomic_store_n (slot, functions[i].ours, __ATOMIC_RELEASE);
            else if (*slot != functions[i].ours)
              library->lacks |= 1U << i;
          }
    }
}

/* The same for all slots of the library that INFO describes.  Return whether it
   calls malloc and pthread_create, and only ours of all functions above.  */
static bool
set_apart (const struct dl_phdr_info *info)
{
  struct library library = { .base = info->dlpi_addr };
  const ElfW (Rela) *relocations = NULL, *jumps = NULL;
  size_t relocations_size = 0, jumps_size = 0;
  const ElfW (Dyn) *dynamic = NULL;
  uintptr_t page = (uintptr_t) sysconf (_SC_PAGESIZE);
  uintptr_t start = 0, end = 0;

  for (size_t i = 0; i < info->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *header = &info->dlpi_phdr[i];
      uintptr_t address = info->dlpi_addr + header->p_vaddr;

      if (header->p_type == PT_DYNAMIC)
        dynamic = (const ElfW (Dyn) *) address;
      else if (header->p_type == PT_GNU_RELRO)
        {
          /* As the loader rounds them.  */
          start = address & -page;
          end = (address + header->p_memsz) & -page;
        }
    }
  if (dynamic == NULL)
    return false;
  for (; dynamic->d_tag != DT_NULL; dynamic++)
    switch (dynamic->d_tag)
      {
      case DT_SYMTAB:
        library.symbols = (const ElfW (Sym) *) dynamic->d_un.d_ptr;
        break;
      case DT_STRTAB:
        library.names = (const char *) dynamic->d_un.d_ptr;
        break;
      case DT_RELA:
        relocations = (const ElfW (Rela) *) dynamic->d_un.d_ptr;
        break;
      case DT_RELASZ:
        relocations_size = dynamic->d_un.d_val;
        break;
      case DT_JMPREL:
        jumps = (const ElfW (Rela) *) dynamic->d_un.d_ptr;
        break;
      case DT_PLTRELSZ:
        jumps_size = dynamic->d_un.d_val;
        break;
      }
  if (library.symbols == NULL || library.names == NULL
      || (end > start
          && mprotect ((void *) start, end - start, PROT_READ | PROT_WRITE)))
    return false;
  fill_slots (&library, jumps, jumps_size / sizeof *jumps);
  fill_slots (&library, relocations, relocations_size / sizeof *relocations);
  if (end > start)
    mprotect ((void *) start, end - start, PROT_READ);
  return library.lacks == 0 && (library.has & NEEDED) == NEEDED;
}

static int
set_library_apart (struct dl_phdr_info *info, size_t size, void *jvm_is_apart)
{
  const char *slash = strrchr (info->dlpi_name, '/');

  (void) size;
  for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++)
    if (slash != NULL && strcmp (slash + 1, libraries[i]) == 0
        && set_apart (info) && i == 0)
      *(int *) jvm_is_apart = 1;
  return 0;
}

int
arenascope_set_jvm_apart (void)
{
  int jvm_is_apart = 0;

  if (arenascope_reason () == NULL)
    dl_iterate_phdr (set_library_apart, &jvm_is_apart);
  return jvm_is_apart;
}
