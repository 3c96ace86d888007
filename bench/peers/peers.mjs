/** Lists the measured programs, this package first, each with its command for a kind of transfer. */
import { join } from "node:path";
import { options } from "../harness/options.mjs";
import { az } from "./az.mjs";
import { azcopy } from "./azcopy.mjs";
import { rclone } from "./rclone.mjs";

/** @typedef {"up" | "down" | "list" | "list-by-task"} Kind */
/** @typedef {import("../harness/alternate.mjs").Contender} Contender */

/** Creates the command for a program of bench/clients/. @param {string} name @param {Kind} kind @param {readonly (string | number)[]} [more] */
export function client(name, kind, more = []) {
  return clientOf(join(import.meta.dirname, "../.."), name, kind, more);
}

/** @param {string} checkout @param {string} name @param {Kind} kind @param {readonly (string | number)[]} [more] */
function clientOf(checkout, name, kind, more = []) {
  const program = join(checkout, "bench/clients", `${name}.mjs`);
  return (/** @type {string} */ url, /** @type {string} */ folder) => [
    process.execPath,
    program,
    kind,
    url,
    folder,
    ...more.map(String),
  ];
}

/** @param {Kind} kind @param {number} many @returns {Contender} */
export function sdk(kind, many) {
  return { name: `SDK, ${many} at a time`, command: client("sdk", kind, [many]) };
}

/** The SDK downloads ranges concurrently only into memory. @returns {Contender & { isVariant: boolean }} */
function sdkByBuffer() {
  return {
    name: "SDK, all in memory, 8 ranges at a time",
    command: client("sdk", "down", [8, "buffer"]),
    isVariant: true,
  };
}

/**
 * @param {Kind} kind
 * @param {{ sdkConcurrency: number, isSmall?: boolean, isLarge?: boolean, isDefaultOnly?: boolean }} the best concurrency for the SDK; whether the
 *   benchmark is small enough for programs without concurrency; whether it has one large file;
 *   whether only the peers' defaults are measured
 * @returns {Contender[]}
 */
export function peersFor(kind, { sdkConcurrency, isSmall = false, isLarge = false, isDefaultOnly = false }) {
  if (options.besides.length > 0)
    return [
      { name: "this package", command: client("ours", kind) },
      ...options.besides.map((checkout) => ({ name: checkout, command: clientOf(checkout, "ours", kind) })),
    ];
  /** @type {(Contender & { isVariant?: boolean })[]} */
  const all = [
    { name: "this package", command: client("ours", kind) },
    sdk(kind, sdkConcurrency),
    ...(isSmall && kind !== "list" ? [sdk(kind, 1)] : []),
    ...(isLarge && kind === "down" ? [sdkByBuffer()] : []),
    ...azcopy(kind),
    ...rclone(kind),
    ...(isSmall ? az(kind).map((peer) => ({ ...peer, isVariant: true })) : []),
    { name: "bare node:http", command: client("plain-http", kind) },
  ];
  return all.filter(({ isVariant = false }) => !(isVariant && isDefaultOnly));
}
