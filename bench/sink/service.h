/* The Blob service's operations. */
#ifndef SERVICE_H
#define SERVICE_H
#include "http.h"
#include "store.h"

#define CONTAINER_ROOM 128

typedef struct {
  int verify; /* check everything that comes, not a sample */
  long rate;  /* requests a second; 0 for any number */
} ServiceOptions;
extern ServiceOptions service_options;

void serve(Request *request);

/* The parts of serve(). */
void list_blobs(Request *request, const char *container);
void write_blob(Request *request);
void read_blob(Request *request, const char *container);

/* ETag, Last-Modified and what else every answer about a blob has. */
int version_headers(const Blob *blob, char *headers);
void etag_of(const Blob *blob, char *etag);

/* The time that everything known is of: 1 November 2026, 10:00 UTC. */
#define KNOWN_TIME 1793527200l
#endif
