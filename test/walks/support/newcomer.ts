import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";

import { packageRoot } from "../../package/npm-package.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import type { GuideSection } from "./guide.js";

/** Somebody who has never used this package: an empty home folder, an empty project, and nothing installed by npm. */
export interface Newcomer {
  /** Where commands run. */
  readonly folder: string;
  /** Writes the section's blocks that name a file. */
  writeFiles(section: GuideSection): void;
  /** Runs the commands in one shell, which stops at the first failure; returns what they print. */
  run(commands: readonly string[], variables?: Readonly<Record<string, string>>): Promise<string>;
  /** Runs commands of which the last one serves until the test ends; returns the variables that it prints for other shells. */
  serve(commands: string): Promise<Record<string, string>>;
  /** Runs commands of which the last one serves until the test ends; returns the address that it prints first. */
  view(commands: string, variables: Readonly<Record<string, string>>): Promise<string>;
}

/** Sets up a newcomer; the time until the test ends is printed as the time of the guide. */
export function setUpNewcomer(guide: string): Newcomer {
  const home = createTemporaryFolder();
  const folder = join(home, "project");
  const prefix = join(home, "npm");
  mkdirSync(folder);
  mkdirSync(prefix);
  const started = performance.now();
  onTestFinished(() => {
    console.log(`${guide}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  });
  const { PATH = "", npm_config_cache: cache = join(process.env["HOME"] ?? "", ".npm") } = process.env;
  const environment = {
    ...readDownloadSettings(),
    PATH: [join(prefix, "bin"), PATH].join(delimiter),
    HOME: home,
    NO_COLOR: "1",
    // What was downloaded before is not downloaded again.
    npm_config_cache: cache,
    npm_config_prefer_offline: "true",
    npm_config_prefix: prefix,
    npm_config_audit: "false",
    npm_config_fund: "false",
    AZURE_CONFIG_DIR: join(home, "azure"),
    AZURE_CORE_COLLECT_TELEMETRY: "false",
  };
  const bashArguments = (commands: string): string[] => ["-euc", adaptToTest(commands)];

  /** The lines that commands print, of which the last one serves until the test ends. Throws if it ends before. */
  async function* startService(commands: string, variables = {}): AsyncGenerator<string, never, undefined> {
    const service = spawn("bash", bashArguments(commands), {
      cwd: folder,
      env: { ...environment, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const closed = new Promise((resolve) => service.once("close", resolve));
    onTestFinished(async () => {
      // The whole group, as Ctrl-C does.
      if (service.exitCode === null && service.pid !== undefined) process.kill(-service.pid, "SIGINT");
      await closed;
    });
    let messages = "";
    service.stderr.setEncoding("utf8").on("data", (text: string) => (messages += text));
    yield* createInterface(service.stdout);
    throw new Error(`"${commands}" ended: ${messages}`);
  }

  return {
    folder,
    writeFiles: ({ blocks }) => {
      for (const { fileName, text } of blocks)
        if (fileName !== undefined) writeFileSync(join(folder, fileName), text);
    },
    run: async (commands, variables = {}) => {
      const options = { cwd: folder, env: { ...environment, ...variables }, maxBuffer: 1 << 24 };
      const { stdout } = await promisify(execFile)("bash", bashArguments(commands.join("\n")), options);
      return stdout;
    },
    serve: async (commands) => {
      const variables: Record<string, string> = {};
      for await (const line of startService(commands)) {
        const [, name, value = ""] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
        if (name !== undefined) variables[name] = value;
        if (name === "AZURE_STORAGE_CONNECTION_STRING") break;
      }
      return variables;
    },
    view: async (commands, variables) => {
      for await (const line of startService(commands, variables)) return line;
      throw new Error(`"${commands}" printed nothing`);
    },
  };
}

/** The proxy and the certificates by which this machine downloads. */
function readDownloadSettings(): Record<string, string> {
  const names = /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|(?:https?|no)_proxy)$/i;
  const found = Object.entries(process.env).filter(([name]) => names.test(name));
  return Object.fromEntries(found.map(([name, value = ""]) => [name, value]));
}

/**
 * The commands with this build in place of the published package, packages of this repository in place of downloads, and the
 * shared Azurite in place of one on its usual port.
 */
function adaptToTest(commands: string): string {
  return commands
    .replace(/\bnpm install [^\n&;]*/g, (install) =>
      install
        .split(" ")
        .map((word) => findPackage(word) ?? word)
        .join(" "),
    )
    .replace(/'?UseDevelopmentStorage=true'?/g, () => `'${useSharedAzurite().connectionString}'`);
}

function findPackage(word: string): string | undefined {
  if (word === "azure-batch-outputs") return inject("packageTarball");
  const [name] = /^(?:@[\w-]+\/)?[\w-]+(?=@\d+$|$)/.exec(word) ?? [];
  if (name === undefined) return undefined;
  const folder = join(packageRoot, "node_modules", name);
  return existsSync(join(folder, "package.json")) ? linkWithoutDependencies(folder) : undefined;
}

/**
 * Makes a package whose files are links to those of an installed one, which finds its dependencies where it is installed.
 * This one names none: npm would ask the registry for each of them, which takes longer than the guide.
 */
function linkWithoutDependencies(installed: string): string {
  const folder = createTemporaryFolder();
  for (const entry of readdirSync(installed))
    if (entry !== "node_modules" && entry !== "package.json")
      symlinkSync(join(installed, entry), join(folder, entry));
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as object;
  const kept = Object.entries(manifest).filter(([field]) => !/dependencies$|^scripts$/i.test(field));
  writeFileSync(join(folder, "package.json"), JSON.stringify(Object.fromEntries(kept)));
  return folder;
}
