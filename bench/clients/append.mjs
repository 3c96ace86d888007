/**
 * Times sequential appends: `node append.mjs ours|sdk|http|socket CONTAINER_URL BYTES BLOBS COUNT`. Prints
 * milliseconds as JSON: the median and the 99th percentile of one append, and how many there were in a second with as many
 * blobs as given, 32 at a time.
 */
import { connect } from "node:net";
import { ContainerClient } from "@azure/storage-blob";
import { percentile } from "../harness/statistics.mjs";
import { send } from "./plain-request.mjs";

const [who = "", url = "", bytes = "", blobs = "", count = ""] = process.argv.slice(2);
const data = Buffer.alloc(Number(bytes), "a line of a log\n");
const container = new ContainerClient(url);

/** @typedef {(blob: number, position: number) => Promise<void>} Append */

/** @returns {Promise<Append>} */
async function ours() {
  const { AppendBlobs, openContainer } = await import("../../dist/storage/index.js");
  const all = new AppendBlobs(openContainer(url, undefined, {}, "url"));
  /** @type {Map<number, string>} */
  const etags = new Map();
  return async (blob, position) => {
    const name = `${blob}.log`;
    const last =
      etags.get(blob) ?? (await all.create(name, "nothing", { metadata: {}, contentType: undefined }, {}));
    const { etag } = await all.append(name, data, { position, etag: last }, {});
    etags.set(blob, etag);
  };
}

/** @returns {Append} */
function sdk() {
  /** @type {Map<number, { client: import("@azure/storage-blob").AppendBlobClient, etag: string | undefined }>} */
  const all = new Map();
  return async (blob, position) => {
    const one = all.get(blob) ?? { client: container.getAppendBlobClient(`${blob}.log`), etag: undefined };
    if (one.etag === undefined) one.etag = (await one.client.create()).etag ?? "";
    const conditions = { appendPosition: position, ifMatch: one.etag };
    one.etag = (await one.client.appendBlock(data, data.length, { conditions })).etag ?? "";
    all.set(blob, one);
  };
}

/** @param {number} blob */
async function create(blob) {
  const headers = { "x-ms-blob-type": "AppendBlob" };
  await send(url, "PUT", { name: `${blob}.log`, headers, body: Buffer.alloc(0) });
}

/** @returns {Append} */
function http() {
  return async (blob, position) => {
    if (position === 0) await create(blob);
    const headers = { "x-ms-blob-condition-appendpos": position };
    await send(url, "PUT", { name: `${blob}.log`, query: "comp=appendblock", headers, body: data });
  };
}

/** The lower bound for an append: one write, and one read of the answer. @returns {Promise<Append>} */
async function socket() {
  const { hostname, port, host, pathname, search } = new URL(url);
  const connection = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve) => connection.once("connect", resolve));
  return async (blob, position) => {
    if (position === 0) await create(blob);
    const head = `PUT ${pathname}/${blob}.log${search}&comp=appendblock HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${data.length}\r\nx-ms-blob-condition-appendpos: ${position}\r\n\r\n`;
    const answered = new Promise((resolve) => connection.once("data", resolve));
    connection.write(Buffer.concat([Buffer.from(head), data]));
    const answer = String(await answered);
    if (!answer.startsWith("HTTP/1.1 201 ")) throw new Error(answer.slice(0, 100));
  };
}

/** @type {Record<string, () => Append | Promise<Append>>} */
const all = { ours, sdk, http, socket };
const append = await all[who]?.();
if (!append) throw new Error(`There is no ${who}.`);

/** @type {number[]} */
const times = [];
const rounds = Number(count);
const warmUpRounds = Math.ceil(rounds / 5);
const workers = Math.min(32, Number(blobs));
let start = performance.now();
let hasStarted = false;
/** Each worker has its own blobs, because appends to one blob are sequential. @param {number} first */
const worker = async (first) => {
  for (let round = 0; round < rounds; round += 1) {
    if (round === warmUpRounds && !hasStarted) {
      hasStarted = true;
      start = performance.now();
    }
    for (let blob = first; blob < Number(blobs); blob += workers) {
      const before = performance.now();
      await append(blob, round * data.length);
      if (round >= warmUpRounds) times.push(performance.now() - before);
    }
  }
};
await Promise.all(Array.from({ length: workers }, (_, first) => worker(first)));
const seconds = (performance.now() - start) / 1_000;
console.log(
  JSON.stringify({
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    perSecond: times.length / seconds,
  }),
);
process.exit();
