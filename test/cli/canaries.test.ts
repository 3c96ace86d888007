import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Command, type Option } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";

import { commands } from "../../src/cli/program/commands.js";
import { forEachConcurrently } from "../../src/core/index.js";
import { cliCommand, createEnvironment } from "../support/cli.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";

/** `npm run reliability` runs all; otherwise each flag once, whatever command has it. */
const isWhole = process.env["RELIABILITY"] !== undefined;

/** Each word is in one credential, and nowhere else. */
const words = {
  key: `${"CANARYkey0".repeat(8)}Canary==`,
  signature: "CANARYSIGabcdefghijklmnopqrstuvwxyz012345+w==",
  password: "CANARYPASSWORD",
  batchKey: `${"CANARYbat1".repeat(8)}Canary==`,
};
const marks = ["CANARYkey0", "CANARYSIG", "CANARYPASSWORD", "CANARYbat1"];

const sas = `sv=2022-11-02&sr=c&sp=racwl&se=2040-01-01T00%3A00%3A00Z&sig=${encodeURIComponent(words.signature)}`;
const containerUrl = `https://acc.blob.core.windows.net/job-films?${sas}`;
const connection = (endpoint: string): string =>
  `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=${words.key};BlobEndpoint=${endpoint}/acc;`;
const asText = connection("http://127.0.0.1:9");

/** Credentials as they are given by mistake. */
const mistakes: Readonly<Record<string, string>> = {
  "a connection string": asText,
  "a connection string that is cut off": asText.slice(0, asText.indexOf("AccountKey=") + 60),
  "a connection string without its beginning": asText.slice(asText.indexOf("unt")),
  "a connection string with spaces": asText.replaceAll("=", " = "),
  "an account key": words.key,
  "a Batch key": words.batchKey,
  "a container's URL": containerUrl,
  "a container's URL, percent-encoded": encodeURIComponent(containerUrl),
  "a container's URL, percent-encoded twice": encodeURIComponent(encodeURIComponent(containerUrl)),
  "a SAS": sas,
  "a SAS in the path": containerUrl.replace("?", "/"),
  "a SAS with another case": sas.replace("sig=", "Sig="),
  "a SAS in JSON": JSON.stringify({ url: containerUrl, sig: words.signature }),
  "a URL with a password": "https://user:CANARYPASSWORD@acc.blob.core.windows.net/job-films",
  "a URL with a password and without a scheme": "user:CANARYPASSWORD@acc.blob.core.windows.net",
  "a signature": words.signature,
  "an authorization": `SharedKey acc:${words.key}`,
  "a token": "Bearer CANARYPASSWORD.CANARYPASSWORD",
};

/** A store that refuses everything, and repeats in its answer what it was sent. */
const requests: {
  readonly method: string;
  readonly url: string;
  readonly headers: string;
  readonly body: Buffer;
}[] = [];
const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    const echoed = await refuse(request);
    response.writeHead(403, { "x-ms-error-code": "AuthenticationFailed", "content-type": "application/xml" });
    response.end(request.method === "HEAD" ? undefined : echoed);
  };
  answer().catch(() => response.destroy());
});

async function refuse(request: IncomingMessage): Promise<string> {
  const { authorization = "", ...headers } = request.headers;
  const url = request.url ?? "";
  requests.push({
    method: request.method ?? "",
    url: url.replace(/([?&]sig=)[^&]*/, "$1"),
    headers: JSON.stringify(headers),
    body: await buffer(request),
  });
  const text = `${url} ${authorization}`.replaceAll("&", "&amp;");
  return `<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>${text}</Message><AuthenticationErrorDetail>The MAC signature found in the HTTP request '${authorization}' is not the same. ${text}</AuthenticationErrorDetail></Error>`;
}

let endpoint = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

interface Try {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command in a folder of its own. Gives every byte that left the process: what it printed, and files. */
async function collectBytes({ args, env = {} }: Try): Promise<string> {
  using folder = createDisposableFolder();
  const [home, temporary] = ["home", "tmp"].map((name) => join(folder.path, name)) as [string, string];
  mkdirSync(home);
  mkdirSync(temporary);
  writeFileSync(join(home, "a.txt"), "a");
  writeFileSync(
    join(home, "outputs.yaml"),
    `outputs:\n  - kind: ${JSON.stringify(asText)}\n    files: a.txt\n`,
  );
  writeFileSync(
    join(home, "more.json"),
    JSON.stringify({ outputs: [{ kind: "TaskOutput", file: containerUrl }], [asText]: 1 }),
  );
  const [program, ...first] = cliCommand;
  const child = spawn(program, [...first, ...args], {
    cwd: home,
    env: createEnvironment({
      HOME: home,
      TMPDIR: temporary,
      AZURE_BATCH_OUTPUTS_MAX_TRIES: "1",
      AZURE_BATCH_OUTPUTS_GIVE_UP_AFTER: "1s",
      ...env,
    }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Some commands serve, or follow, until they are ended.
  const end = setTimeout(() => child.kill("SIGTERM"), 15_000);
  const kill = setTimeout(() => child.kill("SIGKILL"), 25_000);
  const [stdout, stderr] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "close"),
  ]);
  clearTimeout(end);
  clearTimeout(kill);
  const given = new Set(["outputs.yaml", "more.json"].map((name) => join(home, name)));
  const files = readdirSync(folder.path, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder.path, name))
    .filter((path) => !given.has(path))
    .map((path) => `${path}\n${statSync(path).isFile() ? readFileSync(path, "latin1") : ""}`);
  return `${String(stdout)}\n${String(stderr)}\n${files.join("\n")}`;
}

function findMarks(text: string): string[] {
  const texts = [
    text,
    text
      .replaceAll("%25", "%")
      .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  ];
  return marks.filter((mark) => texts.some((each) => each.includes(mark)));
}

async function expectNoMarks(tries: readonly Try[]): Promise<void> {
  const leaks: string[] = [];
  await forEachConcurrently(tries, 4, async (each) => {
    const text = await collectBytes(each);
    const found = findMarks(text);
    if (found.length > 0) {
      const line = text.split("\n").find((one) => findMarks(one).length > 0) ?? "";
      leaks.push(`${each.name}: ${line.slice(0, 300)}`);
    }
  });
  for (const { method, url, headers, body } of requests)
    if (findMarks(`${url}\n${headers}\n${body.toString("latin1")}`).length > 0)
      leaks.push(`request: ${method} ${url} ${headers}`);
  requests.length = 0;
  if (isWhole) process.stdout.write(`${JSON.stringify({ canaries: tries.length, leaks: leaks.length })}\n`);
  expect(leaks).toEqual([]);
}

async function listOptions(): Promise<{ command: string; option: Option; arguments: number }[]> {
  const all: { command: string; option: Option; arguments: number }[] = [];
  for (const { name, load } of commands) {
    const command = new Command(name);
    (await load())(command);
    for (const option of command.options)
      all.push({ command: name, option, arguments: command.registeredArguments.length });
  }
  return all;
}

/** What takes a credential: there it is no mistake. */
const serves = new Set(["local", "view"]);

test("no flag and no variable repeats a credential that was given to it by mistake", async () => {
  const names = Object.keys(mistakes);
  const seen = new Set<string>();
  const tries: Try[] = [];
  for (const { command, option } of await listOptions()) {
    const isFlag = !option.required && !option.optional;
    if (option.long === undefined || (serves.has(command) && isFlag)) continue;
    if (!isWhole && seen.has(option.long)) continue;
    seen.add(option.long);
    const env = {
      AZURE_STORAGE_CONNECTION_STRING: connection(endpoint),
      AZ_BATCH_JOB_ID: "films",
      AZ_BATCH_TASK_ID: "t1",
    };
    const chosen = isWhole ? names : [names[tries.length % names.length] ?? ""];
    for (const name of chosen) {
      const value = mistakes[name] ?? "";
      tries.push({
        name: `${command} ${option.long}=${name}`,
        args: [command, `${option.long}=${value}`],
        env,
      });
      if (isWhole && option.envVar !== undefined)
        tries.push({
          name: `${command}, ${option.envVar}=${name}`,
          args: [command],
          env: { ...env, [option.envVar]: value },
        });
    }
  }
  expect(tries.length).toBeGreaterThan(80);
  await expectNoMarks(tries);
});

test("no argument, unknown command or unknown flag is repeated that is a credential", async () => {
  const env = {
    AZ_BATCH_JOB_ID: "films",
    AZ_BATCH_TASK_ID: "t1",
    AZURE_STORAGE_CONNECTION_STRING: connection(endpoint),
  };
  const shapes: readonly ((value: string) => readonly string[])[] = [
    (value) => [value],
    (value) => ["list", value],
    (value) => ["save", value, "a.txt"],
    (value) => ["save", "TaskOutput", value],
    (value) => ["cat", "TaskOutput", value],
    (value) => ["download", value, value],
    (value) => ["list", `--conection-string=${value}`],
    (value) => ["list", "--conection-string", value],
    (value) => ["list", `--${value}`],
    (value) => ["run", "--", value],
    (value) => ["grep", value],
    (value) => ["list", value, "--help"],
    (value) => ["output-files", "-f", value],
  ];
  const tries = Object.entries(mistakes).flatMap(([name, value], index) =>
    shapes
      .filter((_, shape) => isWhole || (shape + index) % 6 === 0)
      .map((shape) => ({ name: shape(name).join(" "), args: shape(value), env })),
  );
  await expectNoMarks(tries);
});

test("no command repeats the credentials that it is given, whatever the store and the logs say", async () => {
  const url = `${endpoint}/acc/job-films?${sas}`;
  const inTask = { AZ_BATCH_JOB_ID: "films", AZ_BATCH_TASK_ID: "t1" };
  const ways: Readonly<Record<string, Record<string, string>>> = {
    key: { ...inTask, AZURE_STORAGE_CONNECTION_STRING: connection(endpoint) },
    SAS: { ...inTask, AZURE_BATCH_OUTPUTS_CONTAINER_URL: url },
    "SAS, logged": {
      ...inTask,
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: url,
      AZURE_LOG_LEVEL: "verbose",
      NODE_DEBUG: "http,net",
    },
    "key, logged": {
      ...inTask,
      AZURE_STORAGE_CONNECTION_STRING: connection(endpoint),
      AZURE_LOG_LEVEL: "verbose",
    },
    Batch: {
      ...inTask,
      AZURE_STORAGE_CONNECTION_STRING: connection(endpoint),
      AZURE_BATCH_ENDPOINT: endpoint,
      AZURE_BATCH_ACCOUNT: "acc",
      AZURE_BATCH_ACCESS_KEY: words.batchKey,
      AZURE_LOG_LEVEL: "info",
    },
    proxy: {
      ...inTask,
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: containerUrl,
      HTTPS_PROXY: "http://user:CANARYPASSWORD@127.0.0.1:9",
      AZURE_LOG_LEVEL: "verbose",
    },
  };
  const uses: readonly (readonly string[])[] = [
    ["save", "TaskOutput", "a.txt"],
    ["list"],
    ["list", "--json"],
    ["download", "out"],
    ["cat", "TaskOutput", "a.txt"],
    ["tail"],
    ["track", "--once", "a.txt"],
    ["run", "--", "node", "--version"],
    ["jobs"],
    ["tasks"],
    ["usage"],
    ["why"],
    ["verify"],
    ["rescue"],
    ["doctor"],
    ["doctor", "--json"],
    ["delete", "TaskOutput", "--yes"],
    ["output-files", "-f", "outputs.yaml"],
    ["output-files", "-f", "more.json"],
    ["save", "-f", "more.json"],
  ];
  const tries = Object.entries(ways).flatMap(([way, env], place) =>
    uses
      .filter((_, use) => isWhole || (use + place) % 3 === 0)
      .map((args) => ({ name: `${args.join(" ")} (${way})`, args, env })),
  );
  await expectNoMarks(tries);
});
