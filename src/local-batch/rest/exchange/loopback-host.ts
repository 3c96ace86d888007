/** The names and addresses of this machine that a program on it uses. */
const loopbackNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Whether a request names this machine in its Host header. A web page whose host name leads to this machine (DNS
 * rebinding) sends that name. Operations without a signature must not answer it.
 */
export function isForLoopback(headers: Headers): boolean {
  return loopbackNames.test(headers.get("host") ?? "");
}
