import { createServer as createHttpServer, request as sendRequest } from "node:http";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import { isRoot, listFiles, placeFaults } from "../reliability/support/place-faults.js";
import { findForeign, readFolder, readStore, type State } from "../reliability/support/stored-state.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { type CommandScenario, commandScenarios, FailedCommand } from "./support/command-scenarios.js";
import { runScenario, type ScenarioOptions } from "./support/run-scenario.js";

/** `npm run reliability` asks for all cells; otherwise each command has some of the faults, and each fault is had by some. */
const isWhole = process.env["RELIABILITY"] !== undefined;
const maxRequests = isWhole ? 8 : 1;

async function listen(server: Server, host: string): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An endpoint on this machine's IPv6 address only. */
async function listenOnIpv6(target: string): Promise<string> {
  const { hostname, port, pathname } = new URL(target);
  const server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  });
  return `http://[::1]:${await listen(server, "::1")}${pathname}`;
}

/** A proxy that passes requests on by their absolute URL. */
async function startForwardProxy(): Promise<string> {
  const server = createHttpServer((request, response) => {
    const onward = sendRequest(
      request.url ?? "",
      { method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  return `http://user:CANARYPASSWORD@127.0.0.1:${await listen(server, "127.0.0.1")}`;
}

/** A module that sets the clock of a process. */
function shiftClock(hours: number): string {
  const path = join(createTemporaryFolder(), "clock.mjs");
  writeFileSync(
    path,
    `const Real = Date; const shift = ${hours * 3_600_000};
     globalThis.Date = class Date extends Real {
       constructor(...given) { super(...(given.length === 0 ? [Real.now() + shift] : given)); }
       static now() { return Real.now() + shift; }
     };`,
  );
  return `--import=file://${path}`;
}

interface EnvironmentFault {
  readonly name: string;
  readonly make: () => Promise<Partial<ScenarioOptions>> | Partial<ScenarioOptions>;
  /** Whether the command fails, with a word about this. */
  readonly says?: RegExp;
  /** Commands whose result is another one. */
  readonly without?: readonly string[];
}

const faults: readonly EnvironmentFault[] = [
  {
    name: "no DNS",
    says: /store\.invalid/,
    make: () => ({ endpoint: () => "http://store.invalid/devstoreaccount1" }),
  },
  {
    name: "IPv6 only",
    async make() {
      const endpoint = await listenOnIpv6(useSharedAzurite().blobEndpoint);
      return { endpoint: () => endpoint };
    },
  },
  { name: "through a proxy", make: async () => ({ env: { HTTP_PROXY: await startForwardProxy() } }) },
  {
    name: "a proxy that is away",
    says: /proxy/i,
    make: () => ({ env: { HTTP_PROXY: "http://user:CANARYPASSWORD@127.0.0.1:9" } }),
  },
  // What is older than a time is another thing to a wrong clock.
  { name: "clock two hours fast", make: () => ({ env: { NODE_OPTIONS: shiftClock(2) } }) },
  {
    name: "clock two hours slow",
    without: ["prune"],
    make: () => ({ env: { NODE_OPTIONS: shiftClock(-2) } }),
  },
];

/** Reaches no store by HTTP of its own, or serves until it is ended. */
const notCompared = new Set(["mcp", "view"]);

interface Seen {
  readonly stored: State;
  readonly files: State;
}

async function look(folder: string, containerName: string): Promise<Seen> {
  const client = useSharedAzurite().serviceClient();
  const names = [containerName, `${containerName}-new`];
  return {
    stored: await readStore(names.map((name) => client.getContainerClient(name))),
    files: readFolder(folder),
  };
}

function report(method: string, fault: string, nth: number, came: string, wrong: readonly string[]): void {
  if (isWhole) process.stdout.write(`${JSON.stringify({ method, fault, nth, came, wrong })}\n`);
}

const nothing: CommandScenario = { run: () => Promise.reject(new Error("no scenario")) };
const quick = { AZURE_BATCH_OUTPUTS_MAX_TRIES: "1", AZURE_BATCH_OUTPUTS_GIVE_UP_AFTER: "2s" };
const all = Object.keys(commandScenarios).map((name, place) => [name, place] as const);

test.each(all)(
  "%s ends right, or says what is wrong with the machine or its network",
  async (name, place) => {
    const scenario = commandScenarios[name] ?? nothing;
    const chosen = faults.filter(
      ({ without = [] }, index) => !without.includes(name) && (isWhole || index % 6 === place % 6),
    );
    const wrong: string[] = [];
    for (const { name: fault, make, says } of chosen) {
      if (notCompared.has(name) && says !== undefined) continue;
      const made = await make();
      let error: unknown;
      const env = { ...(says === undefined ? {} : quick), ...made.env };
      // What is prepared is not to fail.
      const { prepare, ...rest } = scenario;
      const options: ScenarioOptions = { ...made, env, disturb: () => undefined };
      await runScenario(prepare === undefined ? rest : { ...rest, prepare }, options).catch(
        (failure: unknown) => (error = failure),
      );
      const found: string[] = [];
      if (error !== undefined && !(error instanceof FailedCommand && says?.test(error.message) === true))
        found.push(String(error).slice(0, 400));
      if (
        error === undefined &&
        says !== undefined &&
        name !== "rescue" &&
        name !== "doctor" &&
        name !== "run"
      )
        found.push("it does not fail");
      if (error instanceof Error && error.message.includes("CANARYPASSWORD"))
        found.push("it prints a secret");
      report(name, fault, 0, error === undefined ? "right" : "status 1", found);
      wrong.push(...found.map((each) => `${fault}: ${each}`));
    }
    expect(wrong).toEqual([]);
  },
);

test.each(all)(
  "%s leaves nothing foreign or half when it is killed, and ends right when it is run again",
  async (name) => {
    const scenario = commandScenarios[name] ?? nothing;
    if (notCompared.has(name)) return;
    let requests = 0;
    let reference: Seen = { stored: new Map(), files: new Map() };
    await runScenario(scenario, {
      disturb: (nth) => void (requests = nth),
      async observe({ folder, job }) {
        reference = await look(folder, job.containerName);
      },
    });
    const places = Array.from({ length: Math.min(requests, maxRequests) }, (_, index) => index + 1);
    const wrong: string[] = [];
    await forEachConcurrently(places, 3, async (nth) => {
      let isKilled = false;
      let before: Seen = reference;
      let kill = (): void => undefined;
      const found: string[] = [];
      const twice: CommandScenario = {
        ...scenario,
        async run(fixture) {
          before = await look(fixture.folder, fixture.job.containerName);
          await scenario.run(fixture).catch((error: unknown) => {
            if (!isKilled) throw error;
          });
          const { stored } = await look(fixture.folder, fixture.job.containerName);
          found.push(
            ...findForeign(stored, before.stored, reference.stored).map((each) => `stored: ${each}`),
          );
          // What was deleted, or is under way at the service, is not there to be done again.
          if (name === "delete" || name === "prune") return;
          await scenario.run(fixture);
        },
      };
      await runScenario(twice, {
        onStart(started) {
          kill = () => void started.kill("SIGKILL");
        },
        disturb(count) {
          if (count !== nth || isKilled) return undefined;
          isKilled = true;
          kill();
          return { kind: "cut-after" };
        },
      });
      report(name, "killed process", nth, "right", found);
      wrong.push(...found);
    });
    expect(wrong).toEqual([]);
  },
);

test.runIf(isRoot).each(all)("%s says which file it cannot read or write", async (name) => {
  const scenario = commandScenarios[name] ?? nothing;
  if (notCompared.has(name)) return;
  const wrong: string[] = [];
  for (const fault of placeFaults.filter(({ needsRoot }) => needsRoot === true)) {
    let end: ReturnType<NonNullable<typeof fault.before>>;
    let error: unknown;
    let touchesFiles = false;
    const env = { TMPDIR: createTemporaryFolder() };
    const disturbed = runScenario(scenario, {
      env,
      disturb: () => undefined,
      async observe({ folder }, when) {
        if (when === "before") end = fault.before?.({ folder, files: listFiles(folder), containers: [] });
        else end?.remove?.();
        await Promise.resolve();
      },
    });
    await disturbed.catch((failure: unknown) => (error = failure));
    touchesFiles = error !== undefined;
    const found: string[] = [];
    if (error !== undefined && !/EROFS|ENOSPC|read-only|no space|disk is full/i.test(String(error)))
      found.push(`${String(error).slice(0, 400)}`);
    if (touchesFiles) report(name, fault.name, 0, "status 1", found);
    wrong.push(...found.map((each) => `${fault.name}: ${each}`));
  }
  expect(wrong).toEqual([]);
});
