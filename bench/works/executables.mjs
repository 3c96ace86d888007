/**
 * The executables beside the Node.js that is in them: the size of both, and what they take to start. That for Windows starts in Wine, that
 * for ARM64 under QEMU, if they are here: their times say nothing about a real machine, but what the executable takes more than Node.js
 * does is comparable.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fetchNode, ownTarget, targets } from "../../scripts/node-for-target.mjs";
import { alternate, medianOf } from "../harness/alternate.mjs";
import { options } from "../harness/options.mjs";
import { keepSection } from "../harness/results.mjs";
import { figure, table } from "../harness/table.mjs";
import { folder } from "../harness/workspace.mjs";
import { isThere } from "../peers/is-there.mjs";

/** Where Debian's packages libc6-arm64-cross, libstdc++6-arm64-cross and libgcc-s1-arm64-cross have the libraries. */
const armLibraries = process.env["ARM64_LIBRARIES"] ?? "/usr/aarch64-linux-gnu";

/** Node.js for Windows cannot use the pipes that Wine gives to it. */
const withoutPipes = ["sh", "-c", 'exec "$@" </dev/null 2>/dev/null', "sh"];

const wineEnvironment = {
  WINEPREFIX: join(folder, "wine"),
  WINEDEBUG: "-all",
  WINEDLLOVERRIDES: "winemenubuilder.exe,mscoree,mshtml=",
};

/**
 * What a program for a target is started with on this machine, and with which variables; nothing if it cannot be.
 *
 * @param {typeof targets[number]} target
 * @returns {{ title: string, starter: string[], env?: NodeJS.ProcessEnv } | undefined}
 */
function starterOf(target) {
  if (target === ownTarget) return { title: target, starter: [] };
  if (target === "win-x64" && process.arch === "x64" && isThere(["wine", "--version"]))
    return { title: `${target}, in Wine`, starter: [...withoutPipes, "wine"], env: wineEnvironment };
  const qemu = "qemu-aarch64-static";
  if (
    target === "linux-arm64" &&
    existsSync(join(armLibraries, "lib/libstdc++.so.6")) &&
    isThere([qemu, "--version"])
  )
    return { title: `${target}, under QEMU`, starter: [qemu, "-L", armLibraries] };
  return undefined;
}

async function run() {
  const wanted = targets.flatMap((target) => {
    const start = starterOf(target);
    return start === undefined ? [] : [{ target, ...start }];
  });
  const programs = [];
  for (const { target, title, starter, env = {} } of wanted) {
    const outdir = join(folder, target);
    execFileSync(process.execPath, ["scripts/build-binary.mjs", "--target", target, "--outdir", outdir]);
    const executable = join(outdir, target === "win-x64" ? "batch-outputs.exe" : "batch-outputs");
    const node = target === ownTarget ? process.execPath : await fetchNode(target, process.versions.node);
    programs.push(
      {
        name: `${title}: the executable, --version`,
        path: executable,
        command: [...starter, executable, "--version"],
        env,
      },
      { name: `${title}: its Node.js, -e 0`, path: node, command: [...starter, node, "-e", "0"], env },
    );
  }
  const hasWine = wanted.some(({ target }) => target === "win-x64");
  if (hasWine) {
    const version = ["reg", "add", String.raw`HKCU\Software\Wine`, "/v", "Version", "/d", "win10"];
    for (const command of [["wineboot", "--init"], version])
      execFileSync("wine", command, { env: { ...process.env, ...wineEnvironment }, stdio: "ignore" });
    // Without it, the first program after each pause would start Wine's services.
    spawn("wineserver", ["--persistent"], { env: { ...process.env, ...wineEnvironment }, stdio: "ignore" });
  }
  try {
    const rows = await alternate(
      programs.map(({ name, command, env }) => ({ name, command: () => command, env })),
      {
        hasTrial: true,
        runs: Math.max(options.runs * 3, 3),
        before: ({ command }) => Promise.resolve(command("", folder)),
        after: () => Promise.resolve(),
      },
    );
    const failed = rows.find(({ runs }) => runs.length === 0);
    if (failed !== undefined) throw new Error(`${failed.who}: ${failed.failure ?? ""}`);
    const sizes = programs.map(({ path }) => statSync(path).size / 1e6);
    const cells = rows.map((row, index) => [
      row.who,
      figure(sizes[index] ?? Number.NaN),
      row.runs.length,
      medianOf(row, "seconds").toFixed(2),
      figure(medianOf(row, "cpuSeconds") * 1_000),
      Math.max(...row.runs.map(({ peakMiB }) => peakMiB)).toFixed(0),
    ]);
    await keepSection("executables", {
      title: "The executables beside their Node.js",
      text: "What starts in Wine or under QEMU is to be compared with its own Node.js only.",
      tables: table(["program", "size, MB", "runs", "median, s", "processor ms", "peak MiB"], cells),
      figures: Object.fromEntries(
        rows.flatMap((row, index) => [
          [`${row.who} MB`, Number((sizes[index] ?? Number.NaN).toFixed(1))],
          [`${row.who} cpuMs`, Number((medianOf(row, "cpuSeconds") * 1_000).toFixed(1))],
        ]),
      ),
    });
  } finally {
    if (hasWine) spawnSync("wineserver", ["--kill"], { env: { ...process.env, ...wineEnvironment } });
  }
}

/** @type {import("../run.mjs").BenchWork[]} */
export const executableWorks = [{ name: "executables", run }];
