#define _GNU_SOURCE
#include "store.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS (1 << 16)

static Blob *buckets[BUCKETS];
static long blob_count, last_version;

static Blob **slot_of(const char *name) {
  uint32_t hash = 2166136261u; /* FNV-1a */
  for (const char *letter = name; *letter; letter++) hash = (hash ^ (uint8_t)*letter) * 16777619u;
  Blob **slot = &buckets[hash % BUCKETS];
  while (*slot && strcmp((*slot)->name, name)) slot = &(*slot)->next;
  return slot;
}

Blob *store_blob(const char *name, int make) {
  Blob **slot = slot_of(name);
  if (!*slot && make) {
    *slot = calloc(1, sizeof **slot);
    (*slot)->name = strdup(name);
    blob_count++;
  }
  return *slot;
}

static int by_name(const void *left, const void *right) {
  return strcmp((*(Blob *const *)left)->name, (*(Blob *const *)right)->name);
}

void store_each(const char *beginning, const char *marker, int (*call)(Blob *blob, void *context), void *context) {
  Blob **found = malloc(sizeof *found * (size_t)(blob_count + 1));
  size_t count = 0, length = strlen(beginning);
  for (int bucket = 0; bucket < BUCKETS; bucket++)
    for (Blob *blob = buckets[bucket]; blob; blob = blob->next)
      if (blob->type != NO_BLOB && !strncmp(blob->name, beginning, length) && strcmp(blob->name, marker) > 0)
        found[count++] = blob;
  qsort(found, count, sizeof *found, by_name);
  for (size_t i = 0; i < count && call(found[i], context); i++) continue;
  free(found);
}

void store_changed(Blob *blob) {
  blob->version = ++last_version;
  blob->written = time(0);
}

void store_unstage(Blob *blob) {
  for (Block *block = blob->staged, *next; block; block = next) {
    next = block->next;
    free(block->id);
    free(block->data);
    free(block);
  }
  blob->staged = 0;
}
