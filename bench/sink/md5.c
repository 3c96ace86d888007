#include "md5.h"
#include <math.h>
#include <string.h>

static uint32_t sines[64];
static const uint8_t turns[16] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

void md5_prepare(void) {
  for (int i = 0; i < 64; i++) sines[i] = (uint32_t)(int64_t)(fabs(sin(i + 1)) * 4294967296.0);
}

static void add_block(uint32_t *state, const uint8_t *bytes) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], words[16];
  memcpy(words, bytes, 64);
  for (int i = 0; i < 64; i++) {
    uint32_t mixed;
    int word;
    if (i < 16) {
      mixed = d ^ (b & (c ^ d));
      word = i;
    } else if (i < 32) {
      mixed = c ^ (d & (b ^ c));
      word = (5 * i + 1) & 15;
    } else if (i < 48) {
      mixed = b ^ c ^ d;
      word = (3 * i + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * i) & 15;
    }
    uint32_t sum = a + mixed + sines[i] + words[word];
    int turn = turns[(i >> 4) * 4 + (i & 3)];
    a = d;
    d = c;
    c = b;
    b += sum << turn | sum >> (32 - turn);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

void md5_begin(Md5 *md5) { *md5 = (Md5){{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}, 0, {0}}; }

void md5_add(Md5 *md5, const uint8_t *bytes, size_t count) {
  size_t held = md5->length & 63;
  md5->length += count;
  if (held) {
    size_t fitting = 64 - held < count ? 64 - held : count;
    memcpy(md5->partial + held, bytes, fitting);
    bytes += fitting;
    count -= fitting;
    if (held + fitting < 64) return;
    add_block(md5->state, md5->partial);
  }
  for (; count >= 64; bytes += 64, count -= 64) add_block(md5->state, bytes);
  memcpy(md5->partial, bytes, count);
}

static void to_base64(const uint8_t digest[18], Md5Text text) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0, at = 0; i < 18; i += 3) {
    uint32_t three = (uint32_t)digest[i] << 16 | digest[i + 1] << 8 | digest[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) text[at++] = letters[three >> shift & 63];
  }
  memcpy(text + 22, "==", 3); /* 16 bytes are 22 letters; the 2 bytes of zeros after them were padding. */
}

void md5_end(Md5 *md5, Md5Text text) {
  uint64_t bits = md5->length * 8;
  size_t held = md5->length & 63, zeros = held < 56 ? 56 - held : 120 - held;
  uint8_t padding[72] = {0x80}, digest[18] = {0};
  memcpy(padding + zeros, &bits, 8);
  md5_add(md5, padding, zeros + 8);
  memcpy(digest, md5->state, 16);
  to_base64(digest, text);
}
