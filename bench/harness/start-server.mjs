/** Starts a server in a separate process. It ends with this process, because its standard input is a pipe from here. */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** @typedef {{ greeting: RegExpExecArray, processId: number, stop: () => Promise<void> }} Server */

/**
 * Starts the server, and waits until a line of its output matches `ready`.
 *
 * @param {readonly string[]} command
 * @param {RegExp} ready
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Server>}
 */
export async function startServer([program = "", ...parameters], ready, env = process.env) {
  const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "inherit"], env });
  const ended = once(child, "close");
  child.stdout.setEncoding("utf8");
  /** @type {Promise<RegExpExecArray>} */
  const greeted = new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (/** @type {string} */ text) => {
      said = (said + text).slice(-4_096);
      const found = ready.exec(said);
      if (found) resolve(found);
    });
    child.once("error", reject);
    child.once("close", () => {
      reject(new Error(`${program} ended before it was ready: ${said}`));
    });
  });
  return {
    greeting: await greeted,
    processId: child.pid ?? 0,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
