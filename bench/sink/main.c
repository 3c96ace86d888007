/*
 * A Blob service that costs next to nothing, so that a benchmark measures its clients: one epoll thread on 127.0.0.1.
 *
 *   sink PORT [--verify] [--rate REQUESTS_PER_SECOND]
 *
 * What is written is checked, not kept: lengths, ids in block lists, append positions, ETags, digests (of one body of 16,
 * and of no block list; with --verify of all, which keeps blocks in memory until they are committed). What is wrong is
 * refused and counted. What can be read is known content: a container "known-COUNT-BYTES-TASKS" has COUNT blobs of
 * BYTES bytes each, with their digests. GET /__counters returns the counters and resets them. Above the rate, requests
 * are answered 503 (ServerBusy). It ends with its standard input.
 */
#define _GNU_SOURCE
#include "known.h"
#include "service.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_ROOM 65536
/* No request of the service's is longer than an append of 100 MiB. */
#define LONGEST_BODY (128l << 20)

typedef enum { GONE = -1, LATER = 0, DONE = 1 } Progress;

static Progress send_output(Connection *connection) {
  while (connection->output_sent < connection->output_bytes) {
    long sent = send(connection->fd, connection->output + connection->output_sent,
                     (size_t)(connection->output_bytes - connection->output_sent), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? LATER : GONE;
    connection->output_sent += sent;
  }
  while (connection->known_left) {
    off_t from = connection->known_from % RING_BYTES;
    long most = RING_BYTES - from < connection->known_left ? RING_BYTES - from : connection->known_left;
    long sent = sendfile(connection->fd, known_file(), &from, (size_t)most);
    if (sent <= 0) return sent < 0 && errno == EAGAIN ? LATER : GONE;
    connection->known_from += sent;
    connection->known_left -= sent;
  }
  free(connection->output);
  connection->output = 0;
  return DONE;
}

static void make_room(Connection *connection, long bytes) {
  if (connection->input_room >= bytes + 1) return;
  connection->input_room = bytes + 1;
  connection->input = realloc(connection->input, (size_t)connection->input_room);
}

/* Sees how long the request is; DONE when all of it is there. `head_bytes` is 0 while its headers are not. */
static Progress measure_request(Connection *connection, long *head_bytes) {
  uint8_t *end = connection->input_bytes ? memmem(connection->input, (size_t)connection->input_bytes, "\r\n\r\n", 4) : 0;
  *head_bytes = 0;
  if (!end) return LATER;
  *head_bytes = end + 4 - connection->input;
  if (connection->request_bytes == 0) {
    char value[32];
    end[2] = 0; /* so that headers are not looked for in the body */
    int has_length = http_header((char *)connection->input, "content-length", value, sizeof value) != 0;
    long body_bytes = has_length ? atol(value) : 0;
    /* Bodies without a length are sent by none of the clients. */
    if (!has_length && http_header((char *)connection->input, "transfer-encoding", value, sizeof value)) return GONE;
    if (body_bytes < 0 || body_bytes > LONGEST_BODY) return GONE;
    int expects = http_header((char *)connection->input, "expect", value, sizeof value) != 0;
    end[2] = '\r';
    if (expects && send(connection->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL) < 0) return GONE;
    connection->request_bytes = *head_bytes + body_bytes;
    make_room(connection, connection->request_bytes + READ_ROOM);
  }
  return connection->input_bytes >= connection->request_bytes ? DONE : LATER;
}

static Progress serve_request(Connection *connection, long head_bytes) {
  uint8_t *body = connection->input + head_bytes, *after = connection->input + connection->request_bytes, next = *after;
  body[-2] = *after = 0;
  char *rest = (char *)connection->input, *method = strsep(&rest, " "), *path = strsep(&rest, " ");
  if (!path || !rest || *path != '/') return GONE;
  char *query = strchr(path, '?');
  if (query) *query++ = 0;
  http_unescape(path);
  Request request = {.connection = connection,
                     .method = method,
                     .path = path,
                     .query = query ? query : "",
                     .headers = rest,
                     .body = body,
                     .body_bytes = connection->request_bytes - head_bytes,
                     .is_head = !strcmp(method, "HEAD")};
  serve(&request);
  *after = next;
  connection->input_bytes -= connection->request_bytes;
  memmove(connection->input, after, (size_t)connection->input_bytes);
  connection->request_bytes = 0;
  return DONE;
}

/* Sends, serves and reads, until it would have to wait. */
static Progress go_on(Connection *connection) {
  for (;;) {
    long head_bytes;
    if (connection->output) {
      Progress sent = send_output(connection);
      if (sent != DONE) return sent;
    }
    Progress measured = measure_request(connection, &head_bytes);
    if (measured == GONE || (measured == DONE && serve_request(connection, head_bytes) == GONE)) return GONE;
    if (measured == DONE) continue;
    make_room(connection, connection->input_bytes + READ_ROOM);
    long got = recv(connection->fd, connection->input + connection->input_bytes,
                    (size_t)(connection->input_room - connection->input_bytes - 1), 0);
    if (got <= 0) return got < 0 && errno == EAGAIN ? LATER : GONE;
    connection->input_bytes += got;
  }
}

static void accept_all(int events, int listener) {
  int on = 1;
  for (int fd; (fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection *connection = calloc(1, sizeof *connection);
    connection->fd = fd;
    epoll_ctl(events, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = connection});
  }
}

static void go_on_or_end(int events, Connection *connection) {
  if (go_on(connection) == GONE) {
    close(connection->fd);
    free(connection->input);
    free(connection->output);
    free(connection);
    return;
  }
  int wants_output = connection->output != 0;
  if (wants_output == connection->wants_output) return;
  connection->wants_output = wants_output;
  epoll_ctl(events, EPOLL_CTL_MOD, connection->fd,
            &(struct epoll_event){.events = EPOLLIN | (wants_output ? EPOLLOUT : 0), .data.ptr = connection});
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) {
    perror("sink");
    exit(1);
  }
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("listening on %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int count, char **arguments) {
  for (int i = 2; i < count; i++) {
    if (!strcmp(arguments[i], "--verify")) service_options.verify = 1;
    else if (!strcmp(arguments[i], "--rate") && i + 1 < count) service_options.rate = atol(arguments[++i]);
  }
  signal(SIGPIPE, SIG_IGN);
  md5_prepare();
  known_prepare();
  int events = epoll_create1(0), listener = listen_on(count > 1 ? atoi(arguments[1]) : 0);
  static char of_listener, of_input;
  epoll_ctl(events, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = &of_listener});
  /* A file cannot be waited for, and /dev/null need not be: then it ends when it is killed. */
  epoll_ctl(events, EPOLL_CTL_ADD, STDIN_FILENO, &(struct epoll_event){.events = EPOLLIN, .data.ptr = &of_input});
  for (struct epoll_event due[256];;) {
    for (int ready = epoll_wait(events, due, 256, -1), i = 0; i < ready; i++) {
      char ignored[64];
      if (due[i].data.ptr == &of_listener) accept_all(events, listener);
      else if (due[i].data.ptr != &of_input) go_on_or_end(events, due[i].data.ptr);
      else if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) return 0;
    }
  }
}
