/**
 * The floor: bare `node:http` with keep-alive making the same requests, with no retries, no checks of what comes and no
 * errors to speak of: `node plain-http.mjs up|down|list CONTAINER_URL FOLDER CONCURRENCY`.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { dirname, join, relative } from "node:path";

const [work, url = "", folder = "", many = "32"] = process.argv.slice(2);
const base = new URL(url);
const agent = new Agent({ keepAlive: true });

/** @param {string} method @param {string} name @param {Record<string, string | number>} headers @param {Buffer} [body] */
async function send(method, name, headers, body) {
  const path = name.startsWith("?")
    ? `${base.pathname}${name}&${base.search.slice(1)}`
    : `${base.pathname}/${name.split("/").map(encodeURIComponent).join("/")}${base.search}`;
  /** @type {import("node:http").IncomingMessage} */
  const answer = await new Promise((resolve, reject) => {
    request({ host: base.hostname, port: base.port, method, path, headers, agent }, resolve)
      .on("error", reject)
      .end(body);
  });
  const chunks = [];
  for await (const chunk of answer) chunks.push(/** @type {Buffer} */ (chunk));
  if ((answer.statusCode ?? 500) >= 300) throw new Error(`${answer.statusCode} for ${name}`);
  return Buffer.concat(chunks);
}

/** @param {string} path */
async function up(path) {
  const body = await readFile(path);
  const md5 = createHash("md5").update(body).digest("base64");
  const headers = {
    "x-ms-blob-type": "BlockBlob",
    "x-ms-blob-content-md5": md5,
    "content-length": body.length,
  };
  await send("PUT", `task-00000/$TaskOutput/${relative(folder, path)}`, headers, body);
}

/** @param {string} name */
async function down(name) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  await writeFile(path, await send("GET", name, {}));
}

async function* names() {
  for (let marker = ""; ;) {
    const text = String(await send("GET", `?restype=container&comp=list&marker=${marker}`, {}));
    for (const [, name = ""] of text.matchAll(/<Name>([^<]*)</g)) yield name;
    marker = /<NextMarker>([^<]*)</.exec(text)?.[1] ?? "";
    if (marker === "") return;
  }
}

async function* files() {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

const items = (work === "up" ? files() : names())[Symbol.asyncIterator]();
let count = 0;
await Promise.all(
  Array.from({ length: Number(many) }, async () => {
    for (let item = await items.next(); item.done !== true; item = await items.next()) {
      if (work !== "list") await (work === "up" ? up : down)(item.value);
      count += 1;
    }
  }),
);
agent.destroy();
console.log(count);
