/** Measures the same transfers against Azurite, whose single thread is the limit. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { client } from "../peers/peers.mjs";
import { sourceFolder } from "../harness/contents.mjs";
import { measure } from "../harness/measure.mjs";
import { isWhole, scaled } from "../harness/options.mjs";
import { makeContainer, startAzurite } from "../harness/start-azurite.mjs";
import { measureTransfer } from "../harness/transfer.mjs";
import { folder } from "../harness/workspace.mjs";

const KiB = 1_024;
const MiB = 1_024 * KiB;

/** @type {import("../harness/transfer.mjs").Work[]} */
const works = [
  { name: "azurite-up", title: "Azurite: small files up", kind: "up", count: scaled(2_000), bytes: 8 * KiB },
  {
    name: "azurite-down",
    title: "Azurite: small files down",
    kind: "down",
    count: scaled(2_000),
    bytes: 8 * KiB,
  },
  {
    ...{ name: "azurite-up-large", title: "Azurite: a large file up", kind: "up" },
    ...{ count: 1, bytes: (isWhole ? 256 : 32) * MiB },
  },
  { name: "azurite-list", title: "Azurite: listing", kind: "list", count: scaled(20_000), bytes: 16 },
];

/** Azurite runs on disk, because in memory it would keep the blobs of all runs. @param {import("../harness/transfer.mjs").Work} work */
async function run(work) {
  let location = mkdtempSync(join(folder, "azurite-"));
  let azurite = await startAzurite(location);
  /** @type {Set<string>} */
  const filled = new Set();
  try {
    await measureTransfer({ ...work, isSlowServer: true }, async ({ kind, count, bytes }) => {
      const container = kind === "up" ? "uploads" : `filled-${count}-${bytes}`;
      if (kind === "up") {
        // Azurite gets slower with more blobs, so each program starts with an empty one.
        await azurite.stop();
        rmSync(location, { recursive: true, force: true });
        location = mkdtempSync(join(folder, "azurite-"));
        azurite = await startAzurite(location);
      }
      const containerUrl = await makeContainer(azurite, container);
      if (kind !== "up" && !filled.has(container)) {
        await measure(client("plain-http", "up")(containerUrl, sourceFolder(count, bytes)));
        filled.add(container);
      }
      return {
        containerUrl,
        requireRight: async () => undefined,
        close: async () => undefined,
      };
    });
  } finally {
    await azurite.stop();
  }
}

/** @type {import("../run.mjs").BenchWork[]} */
export const azuriteWorks = works.map((work) => ({ name: work.name, run: () => run(work) }));
