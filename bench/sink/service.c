#define _GNU_SOURCE
#include "service.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

ServiceOptions service_options;

void etag_of(const Blob *blob, char *etag) { sprintf(etag, "\"0x8DE%012lX\"", blob->version); }

int version_headers(const Blob *blob, char *headers) {
  HttpDate modified;
  char etag[32];
  http_date(blob->written, modified);
  etag_of(blob, etag);
  return sprintf(headers, "ETag: %s\r\nLast-Modified: %s\r\nx-ms-request-server-encrypted: true\r\n", etag, modified);
}

/* The counters, which begin again. */
static void tell_counters(Request *request) {
  char text[512];
  int length = sprintf(text,
                       "{\"requests\":%ld,\"refused\":%ld,\"throttled\":%ld,\"md5Checked\":%ld,\"md5Missing\":%ld,"
                       "\"bodyBytes\":%ld,\"seconds\":%.4f}",
                       counters.requests, counters.refused, counters.throttled, counters.md5_checked, counters.md5_missing,
                       counters.body_bytes, counters.last_time - counters.first_time);
  answer(request, 200, "Content-Type: application/json\r\n", text, length);
  counters = (Counters){0};
}

static double clock_now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Counts in windows of 100 ms. */
static int is_too_many(double now) {
  static double window;
  static long used;
  if (now - window >= 0.1) {
    window = now;
    used = 0;
  }
  return ++used > service_options.rate / 10;
}

/* "/account/container/blob": gives where the container's name ends, or 0 where there is none. */
static char *container_of(char *path, char *container) {
  char *start = strchr(path + 1, '/');
  if (!start || !start[1]) return 0;
  size_t length = strcspn(start + 1, "/");
  sprintf(container, "%.*s", (int)(length < CONTAINER_ROOM ? length : CONTAINER_ROOM - 1), start + 1);
  return start + 1 + length;
}

static void serve_container(Request *request, const char *container) {
  char comp[32], headers[256];
  http_parameter(request->query, "comp", comp, sizeof comp);
  if (!strcmp(comp, "list")) return list_blobs(request, container);
  version_headers(&(Blob){.written = KNOWN_TIME}, headers);
  answer(request, *request->method == 'P' ? 201 : 200, headers, "", 0);
}

void serve(Request *request) {
  char container[CONTAINER_ROOM], restype[32];
  if (!strcmp(request->path, "/__counters")) return tell_counters(request);
  double now = clock_now();
  if (counters.requests++ == 0) counters.first_time = now;
  counters.last_time = now;
  if (service_options.rate && is_too_many(now)) {
    counters.throttled++;
    return refuse(request, 503, "ServerBusy");
  }
  char *end = container_of(request->path, container);
  if (!end) return answer(request, 200, "x-ms-sku-name: Standard_LRS\r\nx-ms-account-kind: StorageV2\r\n", "", 0);
  http_parameter(request->query, "restype", restype, sizeof restype);
  if (!end[0] || !end[1] || !strcmp(restype, "container")) return serve_container(request, container);
  if (!strcmp(request->method, "PUT")) return write_blob(request);
  if (!strcmp(request->method, "GET") || request->is_head) return read_blob(request, container);
  if (strcmp(request->method, "DELETE")) return refuse(request, 501, "NotImplemented");
  Blob *blob = store_blob(request->path, 0);
  if (!blob || blob->type == NO_BLOB) return refuse(request, 404, "BlobNotFound");
  blob->type = NO_BLOB;
  answer(request, 202, "", "", 0);
}
