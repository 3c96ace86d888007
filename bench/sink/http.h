/* One connection, the request on it and its answer. */
#ifndef HTTP_H
#define HTTP_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int fd, wants_output;
  uint8_t *input; /* what came and is not served yet */
  long input_bytes, input_room, request_bytes;
  char *output; /* the answer's headers, and its body unless that is known content */
  long output_bytes, output_sent, known_from, known_left;
} Connection;

typedef struct {
  Connection *connection;
  const char *method;
  char *path;        /* unescaped */
  const char *query; /* after the "?"; escaped */
  char *headers;
  uint8_t *body; /* followed by a zero */
  long body_bytes;
  int is_head;
} Request;

/* Counts since the last read. */
typedef struct {
  long requests, refused, throttled, md5_checked, md5_missing, body_bytes;
  double first_time, last_time; /* of a request, in seconds */
} Counters;
extern Counters counters;

typedef char HttpDate[40];

/* The value of a header or a query's parameter, cut off where there is no room; 0, and an empty text, where there is none. */
char *http_header(const char *headers, const char *name, char *value, int room);
char *http_parameter(const char *query, const char *name, char *value, int room);
void http_unescape(char *text);
void http_date(long time, HttpDate text);

/* `headers` are lines that end in CR LF. A HEAD is answered without its body. */
void answer(Request *request, int status, const char *headers, const char *body, long body_bytes);
/* With known content (known.h): `bytes` from this place of the ring. */
void answer_known(Request *request, int status, const char *headers, long from, long bytes);
/* A refusal of the service; all but ServerBusy and what is merely not there count as mistakes of the client. */
void refuse(Request *request, int status, const char *code);
#endif
