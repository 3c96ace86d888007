/**
 * `node scripts/poor-environments.mjs`: builds the executables, starts each in environments that lack what a machine usually has, and
 * writes docs/reference/executables.md: what works, and what the others say is missing. Needs root on Linux with an x64 processor
 * (mount namespaces, chroot), and Wine for the executable for Windows. Nothing outside of a temporary folder is changed.
 *
 * An executable for another processor is started with what `--emulate` names, such as "qemu-aarch64-static -L /arm64-root".
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { generate } from "selfsigned";
import { createLinuxEnvironments } from "./executables/linux-environments.mjs";
import { addLibraryFolder, createRoot, listLibraries } from "./executables/linux-roots.mjs";
import { readElf } from "./executables/read-elf.mjs";
import { startAzurite } from "./executables/start-azurite.mjs";
import { createWindowsEnvironments, startWine } from "./executables/windows-environments.mjs";

const { emulate } = parseArgs({ options: { emulate: { type: "string" } } }).values;
const page = "docs/reference/executables.md";
const folder = mkdtempSync(join(tmpdir(), "environments-"));
const certificate = { cert: join(folder, "certificate.pem"), key: join(folder, "key.pem") };

/** @type {(target: string) => string} */
const build = (target) => {
  const outdir = join(folder, target);
  execFileSync(process.execPath, ["scripts/build-binary.mjs", "--target", target, "--outdir", outdir]);
  return join(outdir, target === "win-x64" ? "batch-outputs.exe" : "batch-outputs");
};

/** What is started, and how its result is shown. */
const probes = [
  { title: "starts", args: () => ["--version"] },
  {
    title: "`run`",
    args: (/** @type {readonly string[]} */ program) => [
      "run",
      "--quiet",
      "--give-up-after",
      "10s",
      "--",
      ...program,
      "--version",
    ],
  },
];

/**
 * @param {{ status: number | null, stderr: string }} result
 * @param {readonly string[]} names texts that differ each time
 */
function describe({ status, stderr }, names) {
  const lines = stderr.split(/\r?\n/).filter((line) => line !== "");
  const message = names.reduce((text, name) => text.replaceAll(name, "…"), lines.join(" "));
  if (status === 0) return message === "" ? "works" : `works, and says: ${message}`;
  return message === "" ? `status ${String(status)}` : message;
}

try {
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  writeFileSync(certificate.cert, made.cert);
  writeFileSync(certificate.key, made.private);
  const [plain, secure] = [await startAzurite(), await startAzurite(certificate)];
  const executables = {
    "linux-x64": build("linux-x64"),
    "linux-arm64": build("linux-arm64"),
    "win-x64": build("win-x64"),
  };
  const linux = executables["linux-x64"];
  const libraries = listLibraries(linux);
  const roots = {
    libraries: join(folder, "root-libraries"),
    "no-libstdc++": join(folder, "root-no-libstdc++"),
    "no-glibc": join(folder, "root-no-glibc"),
    "glibc-folder": join(folder, "root-glibc-folder"),
  };
  createRoot(roots.libraries, linux, libraries);
  createRoot(
    roots["no-libstdc++"],
    linux,
    libraries.filter((path) => !path.includes("libstdc++")),
  );
  createRoot(roots["no-glibc"], linux, []);
  createRoot(roots["glibc-folder"], linux, []);
  addLibraryFolder(roots["glibc-folder"], libraries);
  for (const root of Object.values(roots)) writeFileSync(join(root, "result.txt"), "x\n");
  mkdirSync(join(folder, "task"));

  let jobs = 0;
  /** @type {(connectionString: string) => Record<string, string>} */
  const createJob = (connectionString) => {
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      AZURE_STORAGE_CONNECTION_STRING: connectionString,
      AZ_BATCH_JOB_ID: `environment-${(jobs += 1)}`,
      AZ_BATCH_TASK_ID: "t1",
    };
    const prepared = spawnSync(linux, ["prepare"], {
      env: { ...env, NODE_EXTRA_CA_CERTS: certificate.cert },
      encoding: "utf8",
    });
    if (prepared.status !== 0) throw new Error(prepared.stderr);
    return env;
  };
  const createFolder = () => {
    const path = mkdtempSync(join(folder, "work-"));
    execFileSync("chmod", ["755", folder, path]);
    writeFileSync(join(path, "result.txt"), "x\n");
    return path;
  };

  const linuxRows = createLinuxEnvironments({ certificate: certificate.cert, folder, executable: linux }).map(
    ({ name, root, script, program = [], isHttps = false, env, needs }) => {
      if (needs !== undefined && !existsSync(needs)) throw new Error(`${needs} is not installed`);
      const shared = createJob((isHttps ? secure : plain).connectionString);
      const cells = probes.map(({ args }) => {
        const result = spawnSync(
          "unshare",
          ["--mount", "--propagation", "private", "sh", "-ec", script, "sh", ...program, ...args(program)],
          {
            cwd: createFolder(),
            env: { ...shared, ...(root && { ROOT: roots[root] }), ...env },
            encoding: "utf8",
            timeout: 120_000,
          },
        );
        return describe(result, [folder]);
      });
      return [name, ...cells];
    },
  );

  const wine = startWine(join(folder, "wine"));
  const windowsRows = createWindowsEnvironments(executables["win-x64"], createFolder).map(
    ({ name, executable, cwd, env }) => {
      const shared = createJob(plain.connectionString);
      const cells = probes.map(({ args }) =>
        describe(
          wine.run(executable, args([wine.toWindowsPath(executable)]), { cwd, env: { ...shared, ...env } }),
          [wine.toWindowsPath(folder), folder],
        ),
      );
      return [name, ...cells];
    },
  );
  wine.stop();

  const elfRows = /** @type {const} */ (["linux-x64", "linux-arm64"]).map((target) => {
    const { machine, interpreter, libraries: needed, glibc, libstdcxx } = readElf(executables[target]);
    return [target, machine, `\`${interpreter}\``, needed.join(", "), glibc, libstdcxx];
  });
  const emulated = emulate?.split(" ").concat(executables["linux-arm64"]);
  const armRow = probes.map(({ args }) => {
    if (emulated === undefined) return "not tried: no such processor";
    const [program = "", ...first] = emulated;
    const result = spawnSync(program, [...first, ...args(emulated)], {
      cwd: createFolder(),
      env: createJob(plain.connectionString),
      encoding: "utf8",
    });
    return describe(result, [folder]);
  });

  const sizes = Object.entries(executables).map(([target, path]) => [
    target,
    `${Math.round(statSync(path).size / 1e6)} MB`,
  ]);
  plain.stop();
  secure.stop();
  const titles = probes.map(({ title }) => title);
  const text = readFileSync(page, "utf8").replace(
    /(<!-- begin: [^>]*-->)[^]*(<!-- end -->)/,
    (_, begin, end) =>
      [
        begin,
        `Node.js ${process.versions.node}.`,
        createTable(["executable", "size"], sizes),
        "## What the executables for Linux need",
        createTable(
          [
            "executable",
            "processor",
            "loader",
            "libraries",
            "glibc at least",
            "GLIBCXX of libstdc++ at least",
          ],
          elfRows,
        ),
        "## linux-x64",
        createResultTable(["environment", ...titles], linuxRows),
        "## linux-arm64",
        createResultTable(
          ["environment", ...titles],
          [[emulate === undefined ? "a machine with arm64" : "emulated by QEMU", ...armRow]],
        ),
        "## win-x64",
        createResultTable(["environment, in Wine", ...titles], windowsRows),
        end,
      ].join("\n\n"),
  );
  writeFileSync(page, await format(text, { parser: "markdown", printWidth: 110 }));
  console.log(page);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {readonly string[]} titles
 * @param {readonly (readonly string[])[]} rows
 */
function createTable(titles, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * A table of results. A message stands below it, with the number by which the cell names it: a table is as wide as its longest cell.
 *
 * @param {readonly string[]} titles
 * @param {readonly (readonly string[])[]} rows of which the first cell is a name
 */
function createResultTable(titles, rows) {
  /** @type {string[]} */
  const messages = [];
  const cellFor = (/** @type {string} */ result) => {
    if (result === "works" || result.startsWith("not tried")) return result;
    if (!messages.includes(result)) messages.push(result);
    return `message ${String(messages.indexOf(result) + 1)}`;
  };
  const shown = rows.map(([name = "", ...results]) => [name, ...results.map(cellFor)]);
  const list = messages.map((message, index) => `${String(index + 1)}. ${message}`);
  return [createTable(titles, shown), ...(list.length === 0 ? [] : [list.join("\n")])].join("\n\n");
}
