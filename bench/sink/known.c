#define _GNU_SOURCE
#include "known.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* So many different contents: their digests are computed once each, and 64 of 2 MiB are still no work. */
#define CONTENTS 64
#define LINE_BYTES 96
/* A digest of more takes seconds, in which nothing else is served. */
#define LONGEST_DIGESTED (2l << 30)

static uint8_t *ring;
static int file = -1;

void known_prepare(void) {
  file = memfd_create("known", 0);
  if (file < 0 || ftruncate(file, RING_BYTES)) exit(1);
  ring = mmap(0, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ring == MAP_FAILED) exit(1);
  uint64_t seed = 88172645463325252u; /* xorshift64, Marsaglia */
  for (long i = 0; i < RING_BYTES; i++) {
    if (i % 8 == 0) {
      seed ^= seed << 13;
      seed ^= seed >> 7;
      seed ^= seed << 17;
    }
    ring[i] = i % LINE_BYTES == LINE_BYTES - 1 ? '\n' : (uint8_t)(' ' + (seed >> (i % 8 * 8) & 63));
  }
}

int known_file(void) { return file; }

int known_container(const char *name, KnownContainer *container) {
  *container = (KnownContainer){.tasks = 1};
  return sscanf(name, "known-%ld-%ld-%ld", &container->count, &container->bytes, &container->tasks) >= 2;
}

long known_start(long number) { return number % CONTENTS * (RING_BYTES / CONTENTS); }

const char *known_md5(long number, long bytes) {
  if (bytes > LONGEST_DIGESTED) return "";
  static struct {
    long bytes;
    Md5Text text;
  } digests[CONTENTS];
  int index = (int)(number % CONTENTS);
  if (digests[index].text[0] && digests[index].bytes == bytes) return digests[index].text;
  Md5 md5;
  md5_begin(&md5);
  for (long left = bytes, from = known_start(number); left > 0;) {
    long some = left < RING_BYTES - from ? left : RING_BYTES - from;
    md5_add(&md5, ring + from, (size_t)some);
    left -= some;
    from = 0;
  }
  md5_end(&md5, digests[index].text);
  digests[index].bytes = bytes;
  return digests[index].text;
}
