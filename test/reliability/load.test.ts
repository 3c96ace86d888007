import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ContainerSASPermissions } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { type OnRequest, startFaultProxy } from "../support/fault-proxy.js";
import { prepareJob } from "../support/output-fixture.js";
import { runProgram } from "../support/run-program.js";
import { storedFiles } from "../support/stored-files.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";

/** `npm run reliability -- --part load` asks for 64 processes and 20,000 files. */
const processes = Number(process.env["LOAD_PROCESSES"] ?? 3);
const files = Number(process.env["LOAD_FILES"] ?? 180);
const isAsked = process.env["LOAD_PROCESSES"] !== undefined;
const rounds = 4;

const program = readFileSync(join(import.meta.dirname, "programs/save-share.mjs"), "utf8");

interface Share {
  readonly rounds: readonly { saved: number; descriptors: number; timers: number; files: number }[];
}

function createContent(task: number, round: number, file: number): Buffer {
  return Buffer.from(`task ${task}, round ${round}, file ${file}\n`.repeat(1 + (file % 40)));
}

function digest(content: Buffer): string {
  return createHash("md5").update(content).digest("base64");
}

test(
  "many processes save to one throttled container, and nothing is lost, repeated, or left behind",
  { timeout: 1_800_000 },
  async () => {
    const { stored } = await prepareJob("load");
    const sasUrl = await stored.generateSasUrl({
      permissions: ContainerSASPermissions.parse("racwl"),
      expiresOn: new Date(Date.now() + 7_200_000),
    });
    let requests = 0;
    let refusals = 0;
    // Every seventh request is refused: too many for the store, or for the gateway before it.
    const onRequest: OnRequest = () => {
      requests += 1;
      if (requests % 7 !== 0) return undefined;
      refusals += 1;
      return { kind: "answer", status: refusals % 2 === 0 ? 503 : 429 };
    };
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint, { onRequest });
    const url = proxy.getUrlThrough(sasUrl);
    const folder = createTemporaryFolder();
    const expected = new Map<string, string>();
    const perRound = Math.ceil(files / processes / rounds);
    const tasks = Array.from({ length: processes }, (_, task) => task);
    const shares = tasks.map((task) => {
      const own = join(folder, `task-${task}`);
      const folders = Array.from({ length: rounds }, (_, round) => {
        const path = join(own, `round-${round}`);
        mkdirSync(join(path, `r${round}`), { recursive: true });
        for (let file = 0; file < perRound; file += 1) {
          const content = createContent(task, round, file);
          writeFileSync(join(path, `r${round}`, `${file}.txt`), content);
          expected.set(`t${task}/$TaskOutput/r${round}/${file}.txt`, digest(content));
        }
        return path;
      });
      const log = join(own, "app.log");
      writeFileSync(log, "");
      return { task, log, folders };
    });
    const held: string[] = [];
    await forEachConcurrently(shares, processes, async ({ task, log, folders }) => {
      const temporary = join(folder, `tmp-${task}`);
      mkdirSync(temporary);
      const { stdout, stderr, exitCode } = await runProgram(program, {
        SHARE: JSON.stringify({ url, taskId: `t${task}`, log, folders }),
        TMPDIR: temporary,
      });
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      const share = JSON.parse(stdout) as Share;
      const [, second, ...later] = share.rounds;
      const last = later.at(-1);
      if (second && last && (last.descriptors > second.descriptors + 8 || last.timers > second.timers + 2))
        held.push(`task ${task}: ${JSON.stringify(share.rounds)}`);
      held.push(...readdirSync(temporary).map((name) => `task ${task} left ${name}`));
      expected.set(`t${task}/$TaskLog/app.log`, digest(readFileSync(log)));
    });
    const found = new Map<string, string>();
    await forEachConcurrently(await storedFiles(stored), 8, async ({ name, properties }) => {
      const { contentMD5, contentLength = 0 } = properties;
      const isLog = name.includes("$TaskLog");
      const content = isLog || !contentMD5 ? await stored.getBlobClient(name).downloadToBuffer() : undefined;
      found.set(name, content ? digest(content) : Buffer.from(contentMD5 ?? []).toString("base64"));
      expect(contentLength).toBeGreaterThan(0);
    });
    const lost = [...expected.keys()].filter((name) => !found.has(name));
    const foreign = [...found.keys()].filter((name) => !expected.has(name));
    const wrong = [...found].filter(([name, each]) => expected.has(name) && expected.get(name) !== each);
    expect({ lost, foreign, wrong, held }).toEqual({ lost: [], foreign: [], wrong: [], held: [] });
    expect(refusals).toBeGreaterThan(10);
    if (isAsked)
      process.stdout.write(
        `${JSON.stringify({ load: true, processes, files: expected.size, requests, refusals })}\n`,
      );
  },
);
