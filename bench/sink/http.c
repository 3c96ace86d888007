#define _GNU_SOURCE
#include "http.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

Counters counters;

static char *copied(const char *from, size_t length, char *value, int room) {
  if (length >= (size_t)room) length = (size_t)room - 1;
  memcpy(value, from, length);
  value[length] = 0;
  return value;
}

char *http_header(const char *headers, const char *name, char *value, int room) {
  size_t length = strlen(name);
  for (const char *line = headers; (line = strstr(line, "\r\n"));) {
    line += 2;
    if (strncasecmp(line, name, length) || line[length] != ':') continue;
    line += length + 1;
    while (*line == ' ') line++;
    return copied(line, strcspn(line, "\r"), value, room);
  }
  *value = 0;
  return 0;
}

char *http_parameter(const char *query, const char *name, char *value, int room) {
  size_t length = strlen(name);
  for (const char *one = query; one && *one; one = strchr(one, '&'), one = one ? one + 1 : one) {
    if (strncmp(one, name, length) || one[length] != '=') continue;
    one += length + 1;
    copied(one, strcspn(one, "&"), value, room);
    http_unescape(value);
    return value;
  }
  *value = 0;
  return 0;
}

void http_unescape(char *text) {
  char *to = text;
  for (char *from = text; *from; from++) {
    if (*from == '%' && from[1] && from[2]) {
      char digits[3] = {from[1], from[2], 0};
      *to++ = (char)strtol(digits, 0, 16);
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  *to = 0;
}

void http_date(long time, HttpDate text) {
  time_t at = time;
  struct tm parts;
  strftime(text, sizeof(HttpDate), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &parts));
}

/* Once a second: formatting a date costs more than all the rest of an answer. */
static const char *date_now(void) {
  static HttpDate text;
  static time_t of;
  time_t now = time(0);
  if (now != of) http_date(of = now, text);
  return text;
}

static const char *reason_of(int status) {
  return status < 300 ? "OK" : status == 503 ? "Server Busy" : "Refused";
}

static void begin(Request *request, int status, const char *headers, long content_bytes, long room) {
  Connection *connection = request->connection;
  connection->output = malloc(512 + strlen(headers) + (size_t)room);
  connection->output_sent = connection->known_left = 0;
  connection->output_bytes = sprintf(
      connection->output,
      "HTTP/1.1 %d %s\r\nContent-Length: %ld\r\nServer: sink\r\nDate: %s\r\n"
      "x-ms-request-id: %08lx-0000-0000-0000-000000000000\r\nx-ms-version: 2025-11-05\r\n%s\r\n",
      status, reason_of(status), content_bytes, date_now(), counters.requests, headers);
}

void answer(Request *request, int status, const char *headers, const char *body, long body_bytes) {
  begin(request, status, headers, body_bytes, body_bytes);
  if (request->is_head) return;
  memcpy(request->connection->output + request->connection->output_bytes, body, (size_t)body_bytes);
  request->connection->output_bytes += body_bytes;
}

void answer_known(Request *request, int status, const char *headers, long from, long bytes) {
  begin(request, status, headers, bytes, 0);
  if (request->is_head) return;
  request->connection->known_from = from;
  request->connection->known_left = bytes;
}

void refuse(Request *request, int status, const char *code) {
  char headers[256], body[256];
  if (status != 503 && status != 404) counters.refused++;
  /* The service names no time to wait with its ServerBusy. */
  sprintf(headers, "x-ms-error-code: %s\r\nContent-Type: application/xml\r\n", code);
  int length = sprintf(
      body, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>", code, code);
  answer(request, status, headers, body, length);
}
