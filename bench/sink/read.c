/* Get Blob and Get Blob Properties: known contents; of what was written, the properties. */
#define _GNU_SOURCE
#include "known.h"
#include "service.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1 where a part is asked for: `first` and `last` are then its ends. */
static int wanted_range(const Request *request, long bytes, long *first, long *last) {
  char range[64];
  *first = 0;
  *last = bytes - 1;
  if (!http_header(request->headers, "x-ms-range", range, sizeof range) &&
      !http_header(request->headers, "range", range, sizeof range))
    return 0;
  if (sscanf(range, "bytes=%ld-%ld", first, last) < 1) return 0;
  if (*last > bytes - 1) *last = bytes - 1;
  return 1;
}

static int describe(const Blob *blob, char *headers) {
  int length = version_headers(blob, headers);
  length += sprintf(headers + length,
                    "Accept-Ranges: bytes\r\nContent-Type: application/octet-stream\r\n"
                    "x-ms-creation-time: Sun, 01 Nov 2026 10:00:00 GMT\r\nx-ms-blob-type: %s\r\n"
                    "x-ms-lease-status: unlocked\r\nx-ms-lease-state: available\r\n",
                    blob->type == APPEND_BLOB ? "AppendBlob" : "BlockBlob");
  if (blob->type == APPEND_BLOB)
    length += sprintf(headers + length, "x-ms-blob-committed-block-count: %ld\r\n", blob->blocks);
  if (blob->appended) {
    /* The service has no such header: it is how a benchmark finds out that what was appended is right. */
    Md5 md5 = *blob->appended;
    Md5Text text;
    md5_end(&md5, text);
    length += sprintf(headers + length, "x-sink-appended-md5: %s\r\n", text);
  }
  if (blob->metadata) length += sprintf(headers + length, "%.6000s", blob->metadata);
  return length;
}

static void read_content(Request *request, const Blob *blob, const char *md5, long start) {
  char headers[8192];
  long first, last;
  int is_part = wanted_range(request, blob->bytes, &first, &last), length = describe(blob, headers);
  if (is_part && first >= blob->bytes) return refuse(request, 416, "InvalidRange");
  if (*md5) length += sprintf(headers + length, "%s: %s\r\n", is_part ? "x-ms-blob-content-md5" : "Content-MD5", md5);
  if (is_part) sprintf(headers + length, "Content-Range: bytes %ld-%ld/%ld\r\n", first, last, blob->bytes);
  answer_known(request, is_part ? 206 : 200, headers, start + first, last - first + 1);
}

void read_blob(Request *request, const char *container) {
  KnownContainer known;
  if (known_container(container, &known)) {
    const char *digits = strstr(request->path, "/file-");
    long number = digits ? atol(digits + strlen("/file-")) : -1;
    if (number < 0 || number >= known.count) return refuse(request, 404, "BlobNotFound");
    Blob blob = {.version = number + 1, .type = BLOCK_BLOB, .bytes = known.bytes, .written = KNOWN_TIME};
    return read_content(request, &blob, known_md5(number, known.bytes), known_start(number));
  }
  Blob *blob = store_blob(request->path, 0);
  if (!blob || blob->type == NO_BLOB) return refuse(request, 404, "BlobNotFound");
  /* What was written is not kept: nothing made up is given for it. */
  if (!request->is_head && blob->bytes > 0) return refuse(request, 501, "NotImplemented");
  read_content(request, blob, blob->md5, 0);
}
