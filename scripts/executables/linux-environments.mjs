import { join } from "node:path";

/**
 * A poor environment: a shell script that starts `"$@"` in it, where `$ROOT` is the root folder of its kind.
 *
 * @typedef {{ name: string, root?: "libraries" | "no-libstdc++" | "no-glibc" | "glibc-folder", script: string,
 *   program?: string[], isHttps?: boolean, env?: Record<string, string>, needs?: string }} Environment
 */

const mountReadOnly = String.raw`
  while read -r _ path _; do mount -o remount,bind,ro "$(printf '%b' "$path")" 2>/dev/null || true; done </proc/self/mounts`;

/** As root of a private mount namespace. */
const inRoot = 'cd "$ROOT" && exec chroot "$ROOT" "$@"';

/**
 * @param {{ certificate: string, folder: string, executable: string }} paths
 * @returns {Environment[]}
 */
export function createLinuxEnvironments({ certificate, folder, executable }) {
  const faketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
  /** @type {Environment[]} */
  const environments = [
    { name: "a system with everything", script: 'exec "$@"' },
    { name: "a read-only file system", script: `${mountReadOnly}\n exec "$@"` },
    {
      name: "a read-only file system, but for the task's folder",
      script: `mount -t tmpfs none ${folder}/task && cd ${folder}/task && echo x >result.txt\n${mountReadOnly}
        mount -o remount,bind,rw ${folder}/task && exec "$@"`,
      env: { AZ_BATCH_TASK_DIR: join(folder, "task") },
    },
    { name: "no HOME, PATH or TMPDIR", script: 'exec env -u HOME -u PATH -u TMPDIR "$@"' },
    {
      name: "a user id without a name or a home, in its own folder",
      script: `chown 54321:54321 . result.txt && exec setpriv --reuid 54321 --regid 54321 --clear-groups "$@"`,
    },
    {
      name: "such a user, in a folder of root",
      script: 'exec setpriv --reuid 54321 --regid 54321 --clear-groups "$@"',
    },
    { name: "umask 077", script: 'umask 077 && exec "$@"' },
    { name: "HTTPS, an unknown certificate", script: 'exec "$@"', isHttps: true },
    {
      name: "HTTPS, without certificates of the system, its own in NODE_EXTRA_CA_CERTS",
      script: 'mount -t tmpfs none /etc/ssl && exec "$@"',
      isHttps: true,
      env: { NODE_EXTRA_CA_CERTS: certificate },
    },
    {
      name: "a clock that is ten years slow, and HTTPS",
      script: `LD_PRELOAD=${faketime} FAKETIME=-10y exec "$@"`,
      isHttps: true,
      env: { NODE_EXTRA_CA_CERTS: certificate },
      needs: faketime,
    },
    {
      name: "an image with nothing but the libraries: no shell, no /etc, /proc, /dev or /tmp",
      root: "libraries",
      script: inRoot,
    },
    {
      name: "the same, but with a /tmp",
      root: "libraries",
      script: `mkdir -p "$ROOT/tmp" && mount -t tmpfs none "$ROOT/tmp" && ${inRoot}`,
    },
    {
      name: "the same without a /tmp, and read-only",
      root: "libraries",
      script: `mount --bind "$ROOT" "$ROOT" && mount -o remount,bind,ro "$ROOT" && ${inRoot}`,
    },
    { name: "without libstdc++", root: "no-libstdc++", script: inRoot },
    { name: "another C library (Alpine: musl)", root: "no-glibc", script: inRoot },
    {
      name: "another C library, glibc's libraries in a folder, and a /tmp",
      root: "glibc-folder",
      script: `mkdir -p "$ROOT/tmp" && mount -t tmpfs none "$ROOT/tmp" && ${inRoot}`,
      program: ["/glibc/ld-linux-x86-64.so.2", "--library-path", "/glibc", "/batch-outputs"],
    },
  ];
  const asItIs = (/** @type {Environment} */ { root }) => [
    root === undefined ? executable : "/batch-outputs",
  ];
  return environments.map((environment) => ({ program: asItIs(environment), ...environment }));
}
