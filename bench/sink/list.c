/* List Blobs: of known containers and of what was written. */
#define _GNU_SOURCE
#include "known.h"
#include "service.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An element of the listing is shorter than this with the longest name. */
#define ELEMENT_ROOM 2200
#define NAME_ROOM 1100

typedef struct {
  char *text;
  long bytes, found, most;
  char prefix[NAME_ROOM], delimiter[8], marker[NAME_ROOM], last_prefix[NAME_ROOM], next_marker[NAME_ROOM];
  size_t name_start; /* in a written blob's path */
} Page;

static void add_blob(Page *page, const char *name, long bytes, const char *modified, long version, const char *md5,
                     const char *type) {
  page->bytes += sprintf(
      page->text + page->bytes,
      "<Blob><Name>%s</Name><Properties><Creation-Time>%s</Creation-Time><Last-Modified>%s</Last-Modified>"
      "<Etag>0x8DE%012lX</Etag><Content-Length>%ld</Content-Length><Content-Type>application/octet-stream</Content-Type>"
      "<Content-Encoding /><Content-Language /><Content-CRC64 /><Content-MD5>%s</Content-MD5><Cache-Control />"
      "<Content-Disposition /><BlobType>%s</BlobType><AccessTier>Hot</AccessTier>"
      "<AccessTierInferred>true</AccessTierInferred><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
      "<ServerEncrypted>true</ServerEncrypted></Properties><OrMetadata /></Blob>",
      name, modified, modified, version, bytes, md5, type);
  page->found++;
}

/* With a delimiter, all names below a folder are one element. 1 when this name is not to be listed itself. */
static int add_prefix(Page *page, const char *name) {
  const char *cut = *page->delimiter ? strstr(name + strlen(page->prefix), page->delimiter) : 0;
  if (!cut) return 0;
  char folder[NAME_ROOM];
  snprintf(folder, sizeof folder, "%.*s", (int)(cut - name + (long)strlen(page->delimiter)), name);
  if (!strcmp(folder, page->last_prefix)) return 1;
  strcpy(page->last_prefix, folder);
  page->bytes += sprintf(page->text + page->bytes, "<BlobPrefix><Name>%s</Name></BlobPrefix>", folder);
  page->found++;
  return 1;
}

static void add_known(Page *page, KnownContainer known) {
  long each = known.tasks > 0 && known.count / known.tasks > 0 ? known.count / known.tasks : 1;
  long task, first = 0, end = known.count;
  if (sscanf(page->prefix, "task-%ld", &task) == 1) {
    first = task * each;
    if (first + each < end) end = first + each;
  }
  long number = *page->marker ? atol(page->marker) : first;
  /* The sprintf of a date for each of a million would be most of the sink's time: minute and hour stay the same. */
  char modified[] = "Sun, 01 Nov 2026 10:00:00 GMT", name[NAME_ROOM];
  for (; number < end && page->found < page->most; number++) {
    sprintf(name, "task-%05ld/$TaskOutput/frames/file-%07ld.bin", number / each, number);
    if (strncmp(name, page->prefix, strlen(page->prefix))) continue;
    if (add_prefix(page, name)) {
      if (strlen(page->last_prefix) <= strlen("task-00000/")) number = (number / each + 1) * each - 1;
      continue;
    }
    long second = number / 997 % 60;
    modified[23] = (char)('0' + second / 10);
    modified[24] = (char)('0' + second % 10);
    add_blob(page, name, known.bytes, modified, number + 1, known_md5(number, known.bytes), "BlockBlob");
  }
  if (number < end) sprintf(page->next_marker, "%ld", number);
}

static int add_written(Blob *blob, void *context) {
  Page *page = context;
  const char *name = blob->name + page->name_start;
  if (page->found == page->most) {
    /* Names after the marker are listed: the last one of this page is it. */
    return 0;
  }
  snprintf(page->next_marker, sizeof page->next_marker, "%s", blob->name);
  if (add_prefix(page, name)) return 1;
  HttpDate modified;
  http_date(blob->written, modified);
  add_blob(page, name, blob->bytes, modified, blob->version, blob->md5,
           blob->type == APPEND_BLOB ? "AppendBlob" : "BlockBlob");
  return 1;
}

void list_blobs(Request *request, const char *container) {
  Page page = {.bytes = 0};
  char most[16];
  http_parameter(request->query, "prefix", page.prefix, sizeof page.prefix);
  http_parameter(request->query, "delimiter", page.delimiter, sizeof page.delimiter);
  http_parameter(request->query, "marker", page.marker, sizeof page.marker);
  page.most = http_parameter(request->query, "maxresults", most, sizeof most) ? atol(most) : 5000;
  if (page.most < 1 || page.most > 5000) page.most = 5000;
  page.text = malloc((size_t)(1024 + page.most * ELEMENT_ROOM));
  page.bytes = sprintf(page.text,
                       "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "
                       "ServiceEndpoint=\"http://127.0.0.1/\" ContainerName=\"%s\"><Blobs>",
                       container);
  KnownContainer known;
  if (known_container(container, &known)) {
    add_known(&page, known);
  } else {
    char beginning[CONTAINER_ROOM + 2 * NAME_ROOM];
    char *end = strstr(request->path + 1, container) + strlen(container);
    page.name_start = (size_t)(end - request->path) + 1;
    snprintf(beginning, sizeof beginning, "%.*s/%s", (int)(end - request->path), request->path, page.prefix);
    store_each(beginning, page.marker, add_written, &page);
    if (page.found < page.most) *page.next_marker = 0;
  }
  page.bytes += sprintf(page.text + page.bytes,
                        *page.next_marker ? "</Blobs><NextMarker>%s</NextMarker></EnumerationResults>"
                                          : "</Blobs><NextMarker />%s</EnumerationResults>",
                        page.next_marker);
  answer(request, 200, "Content-Type: application/xml\r\n", page.text, page.bytes);
  free(page.text);
}
