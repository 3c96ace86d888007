/* MD5 (RFC 1321): the service's digest of contents. */
#ifndef MD5_H
#define MD5_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t state[4];
  uint64_t length;
  uint8_t partial[64];
} Md5;

/* A digest as headers have it: base64, ended by a zero. */
typedef char Md5Text[25];

void md5_prepare(void); /* Once, before anything else: computes the table of sines. */
void md5_begin(Md5 *md5);
void md5_add(Md5 *md5, const uint8_t *bytes, size_t count);
void md5_end(Md5 *md5, Md5Text text);
#endif
