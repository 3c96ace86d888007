/**
 * The storage SDK: `node sdk.mjs up|down|list CONTAINER_URL FOLDER CONCURRENCY`. With digests on the way up, as ours; it has
 * none to compare on the way down.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { ContainerClient } from "@azure/storage-blob";

const [work, url = "", folder = "", many = "1"] = process.argv.slice(2);
const container = new ContainerClient(url);
const large = 8 * 1024 * 1024;

/** @param {string} path */
async function up(path) {
  const blob = container.getBlockBlobClient(`task-00000/$TaskOutput/${relative(folder, path)}`);
  const content = await readFile(path);
  const blobHTTPHeaders = { blobContentMD5: createHash("md5").update(content).digest() };
  if (content.length <= large) await blob.upload(content, content.length, { blobHTTPHeaders });
  else await blob.uploadFile(path, { blobHTTPHeaders, blockSize: large, concurrency: Number(many) });
}

/** @param {string} name */
async function down(name) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await container.getBlobClient(name).downloadToFile(path);
}

/** @param {AsyncIterable<string>} items @param {(item: string) => Promise<void>} call */
async function each(items, call) {
  const iterator = items[Symbol.asyncIterator]();
  let count = 0;
  await Promise.all(
    Array.from({ length: Number(many) }, async () => {
      for (let item = await iterator.next(); item.done !== true; item = await iterator.next()) {
        await call(item.value);
        count += 1;
      }
    }),
  );
  return count;
}

async function* names() {
  for await (const page of container.listBlobsFlat().byPage())
    for (const { name } of page.segment.blobItems) yield name;
}

async function* files() {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

const calls = {
  up: () => each(files(), up),
  down: () => each(names(), down),
  list: () => each(names(), async () => undefined),
};
console.log(await calls[/** @type {keyof typeof calls} */ (work)]());
