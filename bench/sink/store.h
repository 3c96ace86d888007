/* What was written: names, lengths, digests, versions. Contents are checked when they come, and not kept. */
#ifndef STORE_H
#define STORE_H
#include "md5.h"
#include <time.h>

typedef struct Block {
  struct Block *next;
  char *id;
  long bytes;
  uint8_t *data; /* only with --verify, until the block list comes */
} Block;

typedef enum { NO_BLOB, BLOCK_BLOB, APPEND_BLOB } BlobType;

typedef struct Blob {
  struct Blob *next;
  char *name; /* the path of its URL, unescaped: /account/container/blob */
  BlobType type;
  long bytes;
  long version;
  long blocks; /* of an append blob */
  time_t written;
  Block *staged;
  char *metadata; /* its header lines */
  Md5 *appended;  /* only with --verify: of all that was appended */
  char md5[64];   /* as sent by the client; empty for none */
} Blob;

/* The blob of this name, or 0; with `make` it is made, of type NO_BLOB, where there is none. */
Blob *store_blob(const char *name, int make);
/* Calls with each blob that there is and whose name begins so, in the order of names, after `marker` if it is not empty. */
void store_each(const char *beginning, const char *marker, int (*call)(Blob *blob, void *context), void *context);
void store_changed(Blob *blob); /* Gives it the next version, and the time. */
void store_unstage(Blob *blob);
#endif
