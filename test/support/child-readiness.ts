import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

import { createDeferred } from "./create-deferred.js";
import { conditionTimeoutInMs } from "./time-limits.js";

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

const kept = 8_192;

/**
 * The match of `line` in what the child prints. Rejects with all that it printed when it ends first, cannot be started,
 * or is not ready in time. Keeps reading afterwards, so that a full pipe never stops the child.
 */
export async function waitUntilReady(child: Child, line: RegExp, name: string): Promise<RegExpExecArray> {
  let output = "";
  const { promise, resolve, reject } = createDeferred<RegExpExecArray>();
  const fail = (what: string): void => {
    reject(new Error(`${name} ${what}. It printed:\n${output.trim() || "(nothing)"}`));
  };
  const hear = (text: string): void => {
    output = (output + text).slice(-kept);
    const match = line.exec(output);
    if (match) resolve(match);
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  child.once("error", (error) => {
    fail(`could not be started: ${error.message}`);
  });
  // "close", not "exit": only then has everything that it printed been read.
  child.once("close", (code, signal) => {
    fail(`ended before it was ready (${signal ?? `status ${String(code)}`})`);
  });
  const deadline = setTimeout(() => {
    fail("was not ready in time");
  }, conditionTimeoutInMs);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
  }
}

/**
 * Asks the child to end, waits for `lastLine` or its end, then makes sure that it is gone: some servers say that they
 * have closed and still wait for a connection.
 */
export async function waitUntilStopped(child: Child, lastLine: RegExp): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  let output = "";
  const { promise: saidSo, resolve } = createDeferred<undefined>();
  child.stdout.on("data", (text: string) => {
    output = (output + text).slice(-kept);
    if (lastLine.test(output)) resolve(undefined);
  });
  const deadline = setTimeout(resolve, conditionTimeoutInMs, undefined);
  child.kill("SIGTERM");
  await Promise.race([saidSo, ended]);
  clearTimeout(deadline);
  child.kill("SIGKILL");
  await ended;
}
