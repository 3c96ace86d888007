/**
 * The storage SDK: `node sdk.mjs up|down|list|list-by-task CONTAINER_URL FOLDER CONCURRENCY`. With digests on the way up, as
 * ours; it has none to compare on the way down. The concurrency is of files, and on the way up of a large file's blocks; on
 * the way down, `downloadToFile` has one stream for each file. With "buffer" as a fifth word all of a file is fetched into
 * memory by `downloadToBuffer`, which takes so many ranges at a time, and then written.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { ContainerClient } from "@azure/storage-blob";

const [work = "", url = "", folder = "", many = "1", way = ""] = process.argv.slice(2);
const container = new ContainerClient(url);
const concurrency = Number(many);
const blockSize = 8 * 1024 * 1024;

/** @param {string} path */
async function up(path) {
  const blob = container.getBlockBlobClient(`task-00000/$TaskOutput/${relative(folder, path)}`);
  const hash = createHash("md5");
  if ((await stat(path)).size <= blockSize) {
    const content = await readFile(path);
    const blobContentMD5 = hash.update(content).digest();
    await blob.upload(content, content.length, { blobHTTPHeaders: { blobContentMD5 } });
    return;
  }
  await pipeline(createReadStream(path), hash);
  const blobHTTPHeaders = { blobContentMD5: hash.digest() };
  // By default up to 256 MiB go in one request, one after the other.
  await blob.uploadFile(path, { blobHTTPHeaders, blockSize, maxSingleShotSize: blockSize, concurrency });
}

/** @param {string} name */
async function down(name) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const blob = container.getBlobClient(name);
  if (way === "buffer")
    await writeFile(path, await blob.downloadToBuffer(0, undefined, { blockSize, concurrency }));
  else await blob.downloadToFile(path);
}

/** @param {AsyncIterable<string>} items @param {(item: string) => Promise<void>} call */
async function each(items, call) {
  const iterator = items[Symbol.asyncIterator]();
  let count = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let item = await iterator.next(); item.done !== true; item = await iterator.next()) {
        await call(item.value);
        count += 1;
      }
    }),
  );
  return count;
}

/** @param {string} [prefix] */
async function* names(prefix = "") {
  for await (const page of container.listBlobsFlat({ prefix }).byPage())
    for (const { name } of page.segment.blobItems) yield name;
}

async function* files() {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

async function* tasks() {
  for await (const item of container.listBlobsByHierarchy("/")) if (item.kind === "prefix") yield item.name;
}

async function listByTask() {
  let count = 0;
  await each(tasks(), async (task) => {
    for await (const _ of names(task)) count += 1;
  });
  return count;
}

/** @type {Record<string, () => Promise<number>>} */
const works = {
  up: () => each(files(), up),
  down: () => each(names(), down),
  list: () => each(names(), async () => undefined),
  "list-by-task": listByTask,
};
console.log(await works[work]?.());
