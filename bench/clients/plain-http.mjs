/**
 * The lower bound: makes the same requests with bare `node:http` and keep-alive, without retries, without checks of the
 * answers, and with minimal errors: `node plain-http.mjs up|down|list|list-by-task CONTAINER_URL FOLDER`.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { send } from "./plain-request.mjs";

const [work = "", url = "", folder = ""] = process.argv.slice(2);
const blockBytes = 8 * 1024 * 1024;

/** @param {string} path */
async function up(path) {
  const name = `task-00000/$TaskOutput/${relative(folder, path)}`;
  const file = await open(path);
  const { size } = await file.stat();
  try {
    if (size > blockBytes) {
      await upInBlocks(name, file, size);
      return;
    }
  } finally {
    await file.close();
  }
  const body = await readFile(path);
  const md5 = createHash("md5").update(body).digest("base64");
  await send(url, "PUT", {
    name,
    headers: { "x-ms-blob-type": "BlockBlob", "x-ms-blob-content-md5": md5 },
    body,
  });
}

/** Four blocks on the way while the next ones are read and hashed. @param {string} name @param {import("node:fs/promises").FileHandle} file @param {number} size */
async function upInBlocks(name, file, size) {
  const hash = createHash("md5");
  const ids = [];
  /** @type {Set<Promise<unknown>>} */
  const underWay = new Set();
  for (let offset = 0; offset < size; offset += blockBytes) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(blockBytes), 0, blockBytes, offset);
    const body = buffer.subarray(0, bytesRead);
    hash.update(body);
    const id = Buffer.from(String(offset).padStart(15, "0")).toString("base64");
    ids.push(id);
    const query = `comp=block&blockid=${encodeURIComponent(id)}`;
    /** @type {Promise<unknown>} */
    const sent = send(url, "PUT", { name, query, body }).then(() => underWay.delete(sent));
    underWay.add(sent);
    if (underWay.size === 4) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  const list = `<BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join("")}</BlockList>`;
  const headers = { "x-ms-blob-content-md5": hash.digest("base64") };
  await send(url, "PUT", { name, query: "comp=blocklist", headers, body: Buffer.from(list) });
}

/** @param {{ name: string, bytes: number }} blob */
async function down({ name, bytes }) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  if (bytes <= blockBytes) {
    await writeFile(path, await send(url, "GET", { name }));
    return;
  }
  const file = await open(path, "w");
  let offset = 0;
  const part = async () => {
    for (let from = offset; from < bytes; from = offset) {
      offset += blockBytes;
      const headers = { "x-ms-range": `bytes=${from}-${Math.min(bytes, from + blockBytes) - 1}` };
      await file.write(await send(url, "GET", { name, headers }), 0, undefined, from);
    }
  };
  await Promise.all(Array.from({ length: 4 }, part));
  await file.close();
}

/** @param {string} more @param {RegExp} wanted */
async function* listed(more, wanted) {
  for (let marker = ""; ;) {
    const query = `restype=container&comp=list${more}&marker=${encodeURIComponent(marker)}`;
    const page = String(await send(url, "GET", { query }));
    for (const [, name = "", bytes] of page.matchAll(wanted)) yield { name, bytes: Number(bytes) };
    marker = /<NextMarker>([^<]*)</.exec(page)?.[1] ?? "";
    if (marker === "") return;
  }
}

const blobs = /<Name>([^<]*)<.*?<Content-Length>(\d*)</gs;

async function* files() {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

/**
 * @template Item
 * @param {AsyncGenerator<Item>} items
 * @param {(item: Item) => Promise<void>} call
 */
async function each(items, call) {
  let count = 0;
  const one = async () => {
    for (let item = await items.next(); item.done !== true; item = await items.next()) {
      await call(item.value);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
  return count;
}

async function listByTask() {
  let count = 0;
  await each(listed("&delimiter=/", /<BlobPrefix><Name>([^<]*)</g), async ({ name }) => {
    for await (const _ of listed(`&prefix=${encodeURIComponent(name)}`, blobs)) count += 1;
  });
  return count;
}

/** @type {Record<string, () => Promise<number>>} */
const works = {
  up: () => each(files(), up),
  down: () => each(listed("", blobs), down),
  list: () => each(listed("", blobs), async () => undefined),
  "list-by-task": listByTask,
};
console.log(await works[work]?.());
process.exit();
