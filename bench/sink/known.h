/* What can be read without having been written: lines of text that are not alike, the same on every machine. */
#ifndef KNOWN_H
#define KNOWN_H
#include "md5.h"

/*
 * Contents are cut from a ring of this size; each has its own place in it, so that two blobs mixed up are noticed. Not a
 * multiple of any size of block, so that a block in another's place is noticed; small, so that sending it is not a
 * measurement of the machine's memory.
 */
#define RING_BYTES (64l * 65568)

typedef struct {
  long count, bytes, tasks;
} KnownContainer;

void known_prepare(void);
int known_file(void); /* A file descriptor of the ring, for sendfile. */
/* Reads "known-COUNT-BYTES" or "known-COUNT-BYTES-TASKS": 0 for any other name. */
int known_container(const char *name, KnownContainer *container);
/* Where in the ring the content of the blob with this number begins. */
long known_start(long number);
/* Empty for contents of more than 2 GiB, which have none, as large blobs often do. */
const char *known_md5(long number, long bytes);
#endif
