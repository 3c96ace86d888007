/* Put Blob, Put Block, Put Block List, Append Block, Set Blob Metadata: what comes is checked. */
#define _GNU_SOURCE
#include "service.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CREATED 201

/* Every body with --verify, otherwise one of 16: digests of all would cost as much as what sends them. */
static int is_due(void) {
  static long turn;
  return service_options.verify || turn++ % 16 == 0;
}

/* Whether the digest is the one of these bytes, as far as it is looked at. */
static int is_right(const char *told, const uint8_t *bytes, long count) {
  if (!told) {
    counters.md5_missing++;
    return 1;
  }
  if (!is_due()) return 1;
  Md5 md5;
  Md5Text text;
  md5_begin(&md5);
  md5_add(&md5, bytes, (size_t)count);
  md5_end(&md5, text);
  counters.md5_checked++;
  return !strcmp(told, text);
}

static void put_block(Request *request) {
  char id[128], told[64], *md5 = http_header(request->headers, "content-md5", told, sizeof told);
  if (!http_parameter(request->query, "blockid", id, sizeof id)) return refuse(request, 400, "InvalidQueryParameterValue");
  if (md5 && !is_right(md5, request->body, request->body_bytes)) return refuse(request, 400, "Md5Mismatch");
  Blob *blob = store_blob(request->path, 1);
  Block *block = calloc(1, sizeof *block);
  *block = (Block){.next = blob->staged, .id = strdup(id), .bytes = request->body_bytes};
  if (service_options.verify) {
    block->data = malloc((size_t)request->body_bytes + 1);
    memcpy(block->data, request->body, (size_t)request->body_bytes);
  }
  blob->staged = block;
  answer(request, CREATED, "x-ms-request-server-encrypted: true\r\n", "", 0);
}

/* 1 where the request's conditions do not hold, and it is refused. */
static int is_unwanted(Request *request, const Blob *blob) {
  char told[80], etag[32];
  etag_of(blob, etag);
  if (http_header(request->headers, "if-match", told, sizeof told) && strcmp(told, etag)) {
    refuse(request, 412, "ConditionNotMet");
    return 1;
  }
  if (http_header(request->headers, "if-none-match", told, sizeof told) && blob->type != NO_BLOB) {
    refuse(request, 409, "BlobAlreadyExists");
    return 1;
  }
  return 0;
}

/* The header lines x-ms-meta-*, as they came. */
static void keep_metadata(Request *request, Blob *blob) {
  free(blob->metadata);
  blob->metadata = 0;
  size_t length = 0;
  for (const char *line = request->headers; (line = strcasestr(line, "\r\nx-ms-meta-"));) {
    line += 2;
    size_t more = strcspn(line, "\r");
    blob->metadata = realloc(blob->metadata, length + more + 3);
    length += (size_t)sprintf(blob->metadata + length, "%.*s\r\n", (int)more, line);
  }
}

static void created(Request *request, Blob *blob, int status, const char *more) {
  char headers[1024];
  store_changed(blob);
  sprintf(headers + version_headers(blob, headers), "%s", more);
  answer(request, status, headers, "", 0);
}

static Block *staged_block(const Blob *blob, const char *id, size_t length) {
  for (Block *block = blob->staged; block; block = block->next)
    if (!strncmp(block->id, id, length) && !block->id[length]) return block;
  return 0;
}

static void put_block_list(Request *request, Blob *blob) {
  Md5 md5;
  Md5Text text;
  char told[64];
  long bytes = 0;
  md5_begin(&md5);
  for (char *at = (char *)request->body; (at = strstr(at, "<Latest>"));) {
    at += strlen("<Latest>");
    Block *block = staged_block(blob, at, strcspn(at, "<"));
    if (!block) return refuse(request, 400, "InvalidBlockList");
    bytes += block->bytes;
    if (block->data) md5_add(&md5, block->data, (size_t)block->bytes);
  }
  md5_end(&md5, text);
  if (!http_header(request->headers, "x-ms-blob-content-md5", told, sizeof told)) counters.md5_missing++;
  else if (service_options.verify) {
    counters.md5_checked++;
    if (strcmp(told, text)) return refuse(request, 400, "Md5Mismatch");
  }
  store_unstage(blob);
  keep_metadata(request, blob);
  blob->type = BLOCK_BLOB;
  blob->bytes = bytes;
  strcpy(blob->md5, told);
  created(request, blob, CREATED, "");
}

static void append_block(Request *request, Blob *blob) {
  char told[32], more[128];
  if (blob->type != APPEND_BLOB) return refuse(request, 404, "BlobNotFound");
  if (http_header(request->headers, "x-ms-blob-condition-appendpos", told, sizeof told) && atol(told) != blob->bytes)
    return refuse(request, 412, "AppendPositionConditionNotMet");
  sprintf(more, "x-ms-blob-append-offset: %ld\r\nx-ms-blob-committed-block-count: %ld\r\n", blob->bytes, ++blob->blocks);
  if (blob->appended) md5_add(blob->appended, request->body, (size_t)request->body_bytes);
  blob->bytes += request->body_bytes;
  created(request, blob, CREATED, more);
}

static void put_blob(Request *request, Blob *blob) {
  char type[32], told[64];
  if (!http_header(request->headers, "x-ms-blob-type", type, sizeof type))
    return refuse(request, 400, "MissingRequiredHeader");
  int is_append = !strcmp(type, "AppendBlob");
  char *md5 = http_header(request->headers, "x-ms-blob-content-md5", told, sizeof told);
  if (!md5) md5 = http_header(request->headers, "content-md5", told, sizeof told);
  if (!is_append && !is_right(md5, request->body, request->body_bytes)) return refuse(request, 400, "Md5Mismatch");
  blob->type = is_append ? APPEND_BLOB : BLOCK_BLOB;
  blob->bytes = request->body_bytes;
  blob->blocks = 0;
  free(blob->appended);
  blob->appended = is_append && service_options.verify ? malloc(sizeof *blob->appended) : 0;
  if (blob->appended) md5_begin(blob->appended);
  keep_metadata(request, blob);
  strcpy(blob->md5, told);
  created(request, blob, CREATED, "");
}

void write_blob(Request *request) {
  char comp[32];
  http_parameter(request->query, "comp", comp, sizeof comp);
  counters.body_bytes += request->body_bytes;
  if (!strcmp(comp, "block")) return put_block(request);
  Blob *blob = store_blob(request->path, 1);
  if (is_unwanted(request, blob)) return;
  if (!*comp) return put_blob(request, blob);
  if (!strcmp(comp, "blocklist")) return put_block_list(request, blob);
  if (!strcmp(comp, "appendblock")) return append_block(request, blob);
  if (blob->type == NO_BLOB) return refuse(request, 404, "BlobNotFound");
  if (strcmp(comp, "metadata")) return refuse(request, 501, "NotImplemented");
  keep_metadata(request, blob);
  created(request, blob, 200, "");
}
