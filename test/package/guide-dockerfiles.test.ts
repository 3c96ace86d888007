import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { packageRoot } from "./npm-package.js";

const guide = readFileSync(join(packageRoot, "docs/guides/containers.md"), "utf8");
const files = [...guide.matchAll(/^```dockerfile\n(.*?)^```$/gms)].map(([, text = ""]) =>
  text.split("\n").filter((line) => line !== ""),
);
const [withLibraries = [], ofNode = []] = files;

/** A root folder can be entered by root, or in a namespace of users where the system permits it. */
const enter = [[], ["unshare", "--map-root-user"]].find(
  (before) =>
    process.platform === "linux" &&
    process.arch === "x64" &&
    spawnSync("sh", ["-c", [...before, "chroot", "/", "true"].join(" ")]).status === 0,
);

describe("the Dockerfiles of the guide for containers", () => {
  test("are two, and copy only the executable and what a program of the reader's has", () => {
    expect(files).toHaveLength(2);
    const copied = files.flatMap((lines) =>
      lines
        .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
        .flatMap((line) => line.split(/\s+/).slice(1, -1)),
    );
    expect(copied).toEqual(["batch-outputs", "package.json", "package-lock.json", "render-frame.js"]);
    // The task starts the file where the image has it.
    expect(ofNode).toContain("WORKDIR /app");
    expect(guide).toContain('"commandLine": "node /app/render-frame.js"');
  });

  test.skipIf(enter === undefined)(
    "copy what Node.js needs, and start it in a root folder with nothing else",
    () => {
      const folder = createDisposableFolder();
      onTestFinished(() => {
        folder[Symbol.dispose]();
      });
      const libraries = join(folder.path, "glibc");
      const command = find("RUN ").replaceAll(" /glibc", ` ${libraries}`);
      // The executable is Node.js with the program in it.
      execFileSync("sh", ["-ec", command.replace("/usr/local/bin/node", process.execPath)]);

      const root = join(folder.path, "root");
      const [, from = "", to = ""] = find("COPY --from=glibc ").split(/\s+/);
      expect(from).toBe("/glibc");
      cpSync(libraries, join(root, to), { recursive: true });
      const [program = "", ...args] = JSON.parse(find("ENTRYPOINT ")) as string[];
      const executable = args.at(-1) ?? "";
      expect(basename(executable)).toBe("batch-outputs");
      mkdirSync(join(root, "usr/local/bin"), { recursive: true });
      copyFileSync(process.execPath, join(root, executable));

      const inRoot = [...(enter ?? []), "chroot", root, program, ...args, "--version"];
      const [first = "", ...rest] = inRoot;
      expect(execFileSync(first, rest, { encoding: "utf8" }).trim()).toBe(process.version);
    },
  );
});

/** The rest of the first Dockerfile's line that begins with this. */
function find(start: string): string {
  const line = withLibraries.find((each) => each.startsWith(start));
  return line?.slice(start.startsWith("COPY") ? "COPY ".length : start.length) ?? "";
}
