import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ name: string, executable: string, cwd: string, env?: Record<string, string> }} WindowsEnvironment
 */

/**
 * @param {string} executable
 * @param {() => string} createFolder makes a folder with `result.txt`
 * @returns {WindowsEnvironment[]}
 */
export function createWindowsEnvironments(executable, createFolder) {
  const spaced = join(createFolder(), "Prógramme (x64) & more");
  mkdirSync(spaced);
  const moved = join(spaced, "batch-outputs.exe");
  copyFileSync(executable, moved);
  return [
    { name: "a system with everything", executable, cwd: createFolder() },
    {
      name: "no TEMP, USERPROFILE or APPDATA",
      executable,
      cwd: createFolder(),
      env: { TEMP: "", TMP: "", USERPROFILE: "", APPDATA: "", LOCALAPPDATA: "" },
    },
    { name: "a folder of the executable with spaces, `&` and `ó`", executable: moved, cwd: createFolder() },
  ];
}

/**
 * A Windows of its own under Wine.
 *
 * @param {string} folder
 */
export function startWine(folder) {
  mkdirSync(folder);
  const variables = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    LC_ALL: "C.UTF-8",
    WINEPREFIX: join(folder, "prefix"),
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "winemenubuilder.exe,mscoree,mshtml=",
  };
  const toWindowsPath = (/** @type {string} */ path) => `Z:${path.replaceAll("/", "\\")}`;
  const preload = join(folder, "preload.cjs");
  // Wine 8 refuses the option TCP_KEEPALIVE, and Node.js then closes the connection.
  writeFileSync(
    preload,
    'require("node:net").Socket.prototype.setKeepAlive = function () { return this; };\n',
  );
  const nodeOptions = `--require ${toWindowsPath(preload).replaceAll("\\", "/")}`;
  spawnSync("wine", ["wineboot", "--init"], { env: variables });
  spawnSync("wine", ["reg", "add", String.raw`HKCU\Software\Wine`, "/v", "Version", "/d", "win10"], {
    env: variables,
  });
  return {
    toWindowsPath,
    /**
     * Programs of Windows write into files: Node.js cannot use the pipes that Wine gives them.
     *
     * @param {string} executable
     * @param {readonly string[]} args
     * @param {{ cwd: string, env: Record<string, string> }} options
     */
    run(executable, args, { cwd, env }) {
      const paths = [join(folder, "stdout"), join(folder, "stderr")];
      const outputs = paths.map((path) => openSync(path, "w"));
      const { status } = spawnSync("wine", [executable, ...args], {
        cwd,
        env: { ...variables, NODE_OPTIONS: nodeOptions, ...env, PATH: variables.PATH, HOME: folder },
        stdio: ["ignore", ...outputs],
        timeout: 120_000,
      });
      for (const output of outputs) closeSync(output);
      return { status, stderr: readFileSync(paths[1] ?? "", "utf8") };
    },
    stop() {
      spawnSync("wineserver", ["--kill"], { env: variables });
      spawnSync("wineserver", ["--wait"], { env: variables });
    },
  };
}
