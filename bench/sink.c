/*
 * A Blob service that costs next to nothing, so that a benchmark measures its clients: one epoll thread on 127.0.0.1.
 *
 *   sink PORT [--verify] [--rate REQUESTS_PER_SECOND]
 *
 * What is written is checked, not kept: lengths, digests (of every 16th body and of no block list unless --verify, which
 * checks all and keeps blocks in memory until they are committed), ids in block lists, append positions, ETags. What is
 * found wrong is refused with 400 and counted. What can be read is known content: a container "known-COUNT-BYTES-TASKS"
 * lists COUNT blobs of BYTES bytes with digests. GET /__stats tells the counters and sets them to zero. Above the rate,
 * requests are answered 503 (ServerBusy).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- MD5, RFC 1321 ---- */
typedef struct { uint32_t s[4]; uint64_t n; uint8_t b[64]; } Md5;
static uint32_t sines[64];
static const uint8_t turns[16] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
static void md5_block(uint32_t *s, const uint8_t *p) {
  uint32_t a = s[0], b = s[1], c = s[2], d = s[3], w[16];
  memcpy(w, p, 64);
  for (int i = 0; i < 64; i++) {
    uint32_t f; int g;
    if (i < 16) { f = d ^ (b & (c ^ d)); g = i; }
    else if (i < 32) { f = c ^ (d & (b ^ c)); g = (5 * i + 1) & 15; }
    else if (i < 48) { f = b ^ c ^ d; g = (3 * i + 5) & 15; }
    else { f = c ^ (b | ~d); g = (7 * i) & 15; }
    uint32_t t = a + f + sines[i] + w[g]; int r = turns[(i >> 4) * 4 + (i & 3)];
    a = d; d = c; c = b; b += t << r | t >> (32 - r);
  }
  s[0] += a; s[1] += b; s[2] += c; s[3] += d;
}
static void md5_begin(Md5 *m) { *m = (Md5){{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}, 0, {0}}; }
static void md5_add(Md5 *m, const uint8_t *p, size_t n) {
  size_t have = m->n & 63; m->n += n;
  if (have) { size_t k = 64 - have < n ? 64 - have : n; memcpy(m->b + have, p, k); p += k; n -= k; if (have + k < 64) return; md5_block(m->s, m->b); }
  for (; n >= 64; p += 64, n -= 64) md5_block(m->s, p);
  memcpy(m->b, p, n);
}
static void md5_text(Md5 *m, char *out) { /* base64 of the digest */
  static const char *a64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint64_t bits = m->n * 8; uint8_t pad[72] = {0x80}, d[18] = {0}; size_t k = (m->n & 63) < 56 ? 56 - (m->n & 63) : 120 - (m->n & 63);
  memcpy(pad + k, &bits, 8); md5_add(m, pad, k + 8); memcpy(d, m->s, 16);
  for (int i = 0, j = 0; i < 18; i += 3) { uint32_t v = d[i] << 16 | d[i + 1] << 8 | d[i + 2]; for (int x = 18; x >= 0; x -= 6) out[j++] = a64[v >> x & 63]; }
  out[22] = out[23] = '='; out[24] = 0;
}

/* ---- what is stored: names, lengths, digests, versions ---- */
typedef struct Block { struct Block *next; char *id; long bytes; uint8_t *data; } Block;
typedef struct Blob { struct Blob *next; char *name; long bytes, version, blocks; int type; Block *staged; char md5[32]; } Blob; /* type: 0 none, 1 block, 2 append */
#define BUCKETS 65536
static Blob *table[BUCKETS];
static Blob *blob_at(const char *name, int make) {
  uint32_t h = 2166136261u; for (const char *c = name; *c; c++) h = (h ^ (uint8_t)*c) * 16777619u;
  Blob **at = &table[h % BUCKETS]; for (; *at; at = &(*at)->next) if (!strcmp((*at)->name, name)) return *at;
  if (make) { *at = calloc(1, sizeof **at); (*at)->name = strdup(name); }
  return *at;
}
static int verify, pattern; static long rate, versions, requests, connections, refused, throttled, md5_checked, md5_missing, body_bytes;
#define PATTERN (64l << 20)
static uint8_t *known;
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static int is_right(const char *told, const uint8_t *p, long n) { /* only a sample of what comes, unless --verify */
  static long turn; if (!told) { md5_missing++; return 1; } if (!verify && turn++ % 16) return 1;
  Md5 m; char text[32]; md5_begin(&m); md5_add(&m, p, n); md5_text(&m, text); md5_checked++; return !strcmp(told, text);
}
static const char *known_md5(long n) { /* of the first n bytes of the pattern, repeated */
  static long of[8]; static char text[8][32]; static int next;
  for (int i = 0; i < 8; i++) if (of[i] == n && *text[i]) return text[i];
  Md5 m; md5_begin(&m); for (long k = 0; k < n; k += PATTERN) md5_add(&m, known, n - k < PATTERN ? n - k : PATTERN);
  int i = next++ & 7; of[i] = n; md5_text(&m, text[i]); return text[i];
}

/* ---- connections ---- */
typedef struct Conn { int fd, out; uint8_t *in; long n, cap, need; char *head; long hn, hsent, from, left; } Conn;
static int ep;
static void answer(Conn *c, int code, const char *extra, const char *body, long n, long from, int head) { /* body, or n known bytes from `from` */
  static char date[40]; static time_t at; time_t t = time(0); if (t != at) { at = t; strftime(date, 40, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&t)); }
  const char *reason = code < 300 ? "OK" : code == 503 ? "Server Busy" : "Refused";
  c->head = malloc(1024 + strlen(extra) + (body ? n : 0));
  c->hn = sprintf(c->head, "HTTP/1.1 %d %s\r\nContent-Length: %ld\r\nServer: sink\r\nDate: %s\r\nx-ms-request-id: %08lx-0000-0000-0000-000000000000\r\nx-ms-version: 2025-11-05\r\n%s\r\n", code, reason, n, date, requests, extra);
  c->hsent = 0; c->left = 0; if (head || code == 304) return;
  if (body) { memcpy(c->head + c->hn, body, n); c->hn += n; } else { c->from = from; c->left = n; }
}
static void refuse(Conn *c, int code, const char *why) {
  char x[256], b[256]; if (code != 503 && code != 404) refused++;
  sprintf(x, "x-ms-error-code: %s\r\nContent-Type: application/xml\r\n%s", why, code == 503 ? "Retry-After: 1\r\n" : "");
  int n = sprintf(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>", why, why);
  answer(c, code, x, b, n, 0, 0);
}
static char *header(char *h, const char *name) { size_t k = strlen(name); for (; (h = strstr(h, "\r\n")); ) { h += 2; if (!strncasecmp(h, name, k) && h[k] == ':') { h += k + 1; while (*h == ' ') h++; return h; } } return 0; }
static char *value(char *h, const char *name, char *out, int cap) { char *v = header(h, name); if (!v) return 0; int n = strcspn(v, "\r"); if (n >= cap) n = cap - 1; memcpy(out, v, n); out[n] = 0; return out; }
static void unescape(char *s) { char *w = s; for (; *s; s++) if (*s == '%' && s[1] && s[2]) { char x[3] = {s[1], s[2], 0}; *w++ = strtol(x, 0, 16); s += 2; } else *w++ = *s; *w = 0; }
static char *parameter(const char *q, const char *name, char *out, int cap) {
  size_t k = strlen(name); for (; q && *q; q = strchr(q, '&'), q = q ? q + 1 : q) if (!strncmp(q, name, k) && q[k] == '=') { int n = strcspn(q + k + 1, "&"); if (n >= cap) n = cap - 1; memcpy(out, q + k + 1, n); out[n] = 0; unescape(out); return out; } *out = 0; return 0; }
static void version_of(Blob *b, char *out) { sprintf(out, "ETag: \"0x8DE%012lX\"\r\nLast-Modified: Sun, 01 Nov 2026 10:00:00 GMT\r\nx-ms-request-server-encrypted: true\r\n", b->version); }
static void list(Conn *c, const char *container, const char *q) {
  long count, bytes, tasks = 1, lo = 0, task; char marker[32], prefix[1100], delimiter[8], most[16]; parameter(q, "marker", marker, 32); parameter(q, "prefix", prefix, 1100); parameter(q, "delimiter", delimiter, 8); parameter(q, "maxresults", most, 16);
  if (sscanf(container, "known-%ld-%ld-%ld", &count, &bytes, &tasks) < 2) count = 0;
  long per = tasks ? count / tasks : count, max = *most ? atol(most) : 5000; if (per < 1) per = 1;
  if (sscanf(prefix, "task-%ld", &task) == 1) { lo = task * per; if (lo + per < count) count = lo + per; }
  long i = *marker ? atol(marker) : lo, found = 0; char *o = malloc(1024 + max * 1100), last[64] = "", name[1100];
  long n = sprintf(o, "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"http://127.0.0.1/\" ContainerName=\"%s\"><Blobs>", container); size_t pn = strlen(prefix); const char *md5 = known_md5(bytes = count ? bytes : 0);
  for (; i < count && found < max; i++) {
    sprintf(name, "task-%05ld/$TaskOutput/frames/file-%07ld.bin", i / per, i); if (strncmp(name, prefix, pn)) continue;
    char *cut = *delimiter ? strstr(name + pn, delimiter) : 0;
    if (cut) { cut[strlen(delimiter)] = 0; if (!strcmp(last, name)) { i = (i / per + 1) * per - 1; continue; } strcpy(last, name); n += sprintf(o + n, "<BlobPrefix><Name>%s</Name></BlobPrefix>", name); }
    else n += sprintf(o + n, "<Blob><Name>%s</Name><Properties><Creation-Time>Sun, 01 Nov 2026 10:00:00 GMT</Creation-Time><Last-Modified>Sun, 01 Nov 2026 10:00:%02ld GMT</Last-Modified><Etag>0x8DE%012lX</Etag><Content-Length>%ld</Content-Length><Content-Type>application/octet-stream</Content-Type><Content-Encoding /><Content-Language /><Content-CRC64 /><Content-MD5>%s</Content-MD5><Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted></Properties><OrMetadata /></Blob>", name, i / 997 % 60, i + 1, bytes, md5);
    found++;
  }
  n += i < count ? sprintf(o + n, "</Blobs><NextMarker>%ld</NextMarker></EnumerationResults>", i) : sprintf(o + n, "</Blobs><NextMarker /></EnumerationResults>");
  answer(c, 200, "Content-Type: application/xml\r\n", o, n, 0, 0); free(o);
}
static void put(Conn *c, const char *name, const char *q, char *h, uint8_t *body, long n) {
  char comp[32], x[512], told[64], pos[32], match[80], *md5; parameter(q, "comp", comp, 32); body_bytes += n;
  if (!strcmp(comp, "block")) {
    char id[128]; if (!parameter(q, "blockid", id, 128)) { refuse(c, 400, "InvalidQueryParameterValue"); return; }
    if ((md5 = value(h, "content-md5", told, 64)) && !is_right(md5, body, n)) { refuse(c, 400, "Md5Mismatch"); return; }
    Block *b = calloc(1, sizeof *b); *b = (Block){blob_at(name, 1)->staged, strdup(id), n, verify ? memcpy(malloc(n ? n : 1), body, n) : 0}; blob_at(name, 1)->staged = b; answer(c, 201, "x-ms-request-server-encrypted: true\r\n", "", 0, 0, 0); return; }
  Blob *b = blob_at(name, 1); version_of(b, x); char was[24]; sprintf(was, "\"0x8DE%012lX\"", b->version);
  if (value(h, "if-match", match, 80) && strcmp(match, was)) { refuse(c, 412, "ConditionNotMet"); return; }
  if (value(h, "if-none-match", match, 80) && b->type) { refuse(c, 409, "BlobAlreadyExists"); return; }
  if (!strcmp(comp, "blocklist")) {
    long sum = 0; Md5 m; md5_begin(&m); body[n] = 0;
    for (char *p = (char *)body; (p = strstr(p, "<Latest>")) || (p = 0); ) { p += 8; char *e = strchr(p, '<'); Block *k = b->staged; while (k && (strncmp(k->id, p, e - p) || k->id[e - p])) k = k->next; if (!k) { refuse(c, 400, "InvalidBlockList"); return; } sum += k->bytes; if (verify) md5_add(&m, k->data, k->bytes); p = e; }
    char text[32]; md5_text(&m, text); md5 = value(h, "x-ms-blob-content-md5", told, 64); if (!md5) md5_missing++; else if (verify && (md5_checked++, strcmp(md5, text))) { refuse(c, 400, "Md5Mismatch"); return; }
    for (Block *k = b->staged, *next; k; k = next) { next = k->next; free(k->id); free(k->data); free(k); } b->staged = 0; b->type = 1; b->bytes = sum; strcpy(b->md5, md5 ? md5 : ""); }
  else if (!strcmp(comp, "appendblock")) {
    if (b->type != 2) { refuse(c, 404, "BlobNotFound"); return; }
    if (value(h, "x-ms-blob-condition-appendpos", pos, 32) && atol(pos) != b->bytes) { refuse(c, 412, "AppendPositionConditionNotMet"); return; }
    long at = b->bytes; b->bytes += n; b->blocks++; b->version = ++versions; version_of(b, x); sprintf(x + strlen(x), "x-ms-blob-append-offset: %ld\r\nx-ms-blob-committed-block-count: %ld\r\n", at, b->blocks); answer(c, 201, x, "", 0, 0, 0); return; }
  else if (!*comp) {
    char type[32]; if (!value(h, "x-ms-blob-type", type, 32)) { refuse(c, 400, "MissingRequiredHeader"); return; }
    md5 = value(h, "x-ms-blob-content-md5", told, 64); if (!md5) md5 = value(h, "content-md5", told, 64);
    b->type = strcmp(type, "AppendBlob") ? 1 : 2; if (b->type == 1 && !is_right(md5, body, n)) { refuse(c, 400, "Md5Mismatch"); return; } b->bytes = n; b->blocks = 0; strcpy(b->md5, md5 ? md5 : ""); }
  b->version = ++versions; version_of(b, x); answer(c, *comp && strcmp(comp, "blocklist") ? 200 : 201, x, "", 0, 0, 0);
}
static void get(Conn *c, const char *container, const char *name, char *h, int head) {
  long count, bytes; char x[1024], range[64]; Blob *b = blob_at(name, 0); const char *md5; int is_known = sscanf(container, "known-%ld-%ld", &count, &bytes) == 2;
  Blob one = {.version = is_known ? atol(strstr(name, "file-") ? strstr(name, "file-") + 5 : "0") + 1 : 0, .type = 1, .bytes = bytes}; if (is_known) { b = &one; md5 = known_md5(bytes); } else if (!b || !b->type) { refuse(c, 404, "BlobNotFound"); return; } else { md5 = b->md5; if (!head && b->bytes) { refuse(c, 501, "NotImplemented"); return; } }
  version_of(b, x); sprintf(x + strlen(x), "Accept-Ranges: bytes\r\nContent-Type: application/octet-stream\r\nx-ms-creation-time: Sun, 01 Nov 2026 10:00:00 GMT\r\nx-ms-blob-type: %s\r\nx-ms-lease-status: unlocked\r\nx-ms-lease-state: available\r\n", b->type == 2 ? "AppendBlob" : "BlockBlob");
  char *r = value(h, "x-ms-range", range, 64); if (!r) r = value(h, "range", range, 64); long from = 0, to = b->bytes - 1; if (r && sscanf(r, "bytes=%ld-%ld", &from, &to) < 1) r = 0; if (to > b->bytes - 1) to = b->bytes - 1;
  if (r && from >= b->bytes) { refuse(c, 416, "InvalidRange"); return; }
  if (*md5) sprintf(x + strlen(x), "%s: %s\r\n", r ? "x-ms-blob-content-md5" : "Content-MD5", md5); if (r) sprintf(x + strlen(x), "Content-Range: bytes %ld-%ld/%ld\r\n", from, to, b->bytes);
  answer(c, r ? 206 : 200, x, 0, r ? to - from + 1 : b->bytes, from, head);
}
static void serve(Conn *c, char *method, char *path, char *h, uint8_t *body, long n) {
  static double window; static long used; requests++;
  if (!strcmp(path, "/__stats")) { char o[256]; int k = sprintf(o, "{\"requests\":%ld,\"connections\":%ld,\"refused\":%ld,\"throttled\":%ld,\"md5Checked\":%ld,\"md5Missing\":%ld,\"bodyBytes\":%ld}", requests - 1, connections, refused, throttled, md5_checked, md5_missing, body_bytes); answer(c, 200, "Content-Type: application/json\r\n", o, k, 0, 0); requests = refused = throttled = md5_checked = md5_missing = body_bytes = 0; return; }
  if (rate) { double t = now(); if (t - window >= .1) { window = t; used = 0; } if (++used > rate / 10) { throttled++; refuse(c, 503, "ServerBusy"); return; } }
  char *q = strchr(path, '?'), comp[32], type[32], container[128]; if (q) *q++ = 0; else q = ""; unescape(path); parameter(q, "comp", comp, 32); parameter(q, "restype", type, 32);
  char *at = strchr(path + 1, '/'); if (!at || !at[1]) { answer(c, 200, "x-ms-sku-name: Standard_LRS\r\nx-ms-account-kind: StorageV2\r\n", "", 0, 0, 1); return; }
  char *slash = strchr(at + 1, '/'); int k = slash ? slash - at - 1 : (int)strlen(at + 1); if (k > 127) k = 127; memcpy(container, at + 1, k); container[k] = 0;
  if (!slash || !slash[1] || !strcmp(type, "container")) { if (!strcmp(comp, "list")) list(c, container, q); else { char x[256]; version_of(&(Blob){0}, x); answer(c, *method == 'P' ? 201 : 200, x, "", 0, 0, 0); } return; }
  if (*method == 'P') put(c, path, q, h, body, n); else if (*method == 'G' || *method == 'H') get(c, container, path, h, *method == 'H'); else { Blob *b = blob_at(path, 0); if (b) b->type = 0; answer(c, 202, "", "", 0, 0, 0); }
}
static int flush(Conn *c) { /* 1: everything sent, 0: later, -1: gone */
  while (c->hsent < c->hn) { long k = send(c->fd, c->head + c->hsent, c->hn - c->hsent, MSG_NOSIGNAL); if (k < 0) return errno == EAGAIN ? 0 : -1; c->hsent += k; }
  while (c->left) { off_t o = c->from % PATTERN; long want = c->left < PATTERN - o ? c->left : PATTERN - o, k = sendfile(c->fd, pattern, &o, want); if (k < 0) return errno == EAGAIN ? 0 : -1; if (!k) return -1; c->from += k; c->left -= k; }
  free(c->head); c->head = 0; return 1;
}
static int step(Conn *c) { /* reads, serves, sends; -1 when the connection is over */
  for (;;) {
    if (c->head) { int f = flush(c); if (f <= 0) return f; }
    uint8_t *e = c->n ? memmem(c->in, c->n, "\r\n\r\n", 4) : 0;
    if (e) {
      long hn = e + 4 - c->in, bn = 0; char *h = (char *)c->in, *v; e[2] = 0; if ((v = header(h, "content-length"))) bn = atol(v); else if (header(h, "transfer-encoding")) return -1; if (bn < 0 || bn > 128l << 20) return -1;
      if (c->need != hn + bn && (v = header(h, "expect"))) if (send(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL) < 0) return -1;
      c->need = hn + bn; e[2] = '\r'; if (c->cap < c->need + 65536) c->in = realloc(c->in, c->cap = c->need + 65536 + 1);
      if (c->n >= c->need) {
        uint8_t *body = c->in + hn, next = c->in[c->need]; body[-2] = 0; c->in[c->need] = 0; h = (char *)c->in; char *m = strsep(&h, " "), *path = strsep(&h, " ");
        if (!path || !h) return -1; serve(c, m, path, h, body, bn); c->in[c->need] = next; memmove(c->in, c->in + c->need, c->n - c->need); c->n -= c->need; c->need = 0; continue; } }
    if (c->cap - c->n < 65536) c->in = realloc(c->in, c->cap = c->n + (1 << 20) + 1);
    long k = recv(c->fd, c->in + c->n, c->cap - c->n - 1, 0); if (k < 0) return errno == EAGAIN ? 0 : -1; if (!k) return -1; c->n += k;
  }
}
int main(int count, char **args) {
  int port = count > 1 ? atoi(args[1]) : 0, one = 1; for (int i = 2; i < count; i++) if (!strcmp(args[i], "--verify")) verify = 1; else if (!strcmp(args[i], "--rate") && i + 1 < count) rate = atol(args[++i]);
  for (int i = 0; i < 64; i++) { double x = i + 1; double s = __builtin_fabs(__builtin_sin(x)); sines[i] = (uint32_t)(int64_t)(s * 4294967296.0); }
  signal(SIGPIPE, SIG_IGN); pattern = memfd_create("known", 0); if (ftruncate(pattern, PATTERN)) return 1; known = mmap(0, PATTERN, PROT_READ | PROT_WRITE, MAP_SHARED, pattern, 0);
  uint64_t seed = 88172645463325252u; for (long i = 0; i < PATTERN / 8; i++) { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; ((uint64_t *)known)[i] = seed; }
  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one); struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; socklen_t al = sizeof a;
  if (bind(s, (void *)&a, sizeof a) || listen(s, 1024)) { perror("sink"); return 1; } getsockname(s, (void *)&a, &al); printf("listening on %d\n", ntohs(a.sin_port)); fflush(stdout);
  ep = epoll_create1(0); struct epoll_event e = {.events = EPOLLIN}, ev[256]; epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
  for (;;) for (int n = epoll_wait(ep, ev, 256, -1), i = 0; i < n; i++) {
    Conn *c = ev[i].data.ptr;
    if (!c) { for (int f; (f = accept4(s, 0, 0, SOCK_NONBLOCK)) >= 0; ) { setsockopt(f, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); c = calloc(1, sizeof *c); c->fd = f; connections++; struct epoll_event x = {.events = EPOLLIN, .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_ADD, f, &x); } continue; }
    int r = step(c); if (r < 0) { close(c->fd); free(c->in); free(c->head); free(c); continue; }
    if (!!c->head != c->out) { c->out = !!c->head; struct epoll_event x = {.events = EPOLLIN | (c->out ? EPOLLOUT : 0), .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &x); }
  }
}
