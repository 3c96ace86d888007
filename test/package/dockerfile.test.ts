import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { packageRoot } from "./npm-package.js";

interface Instruction {
  name: string;
  args: string[];
}

interface Stage {
  name: string | undefined;
  base: string;
  instructions: Instruction[];
}

const stages = readStages(readFileSync(join(packageRoot, "Dockerfile"), "utf8"));
const [build, image] = stages;

describe("the Dockerfile", () => {
  test("builds in one stage and has nothing but the executable and its licences in the other", () => {
    expect(stages.map(({ name }) => name)).toEqual(["build", undefined]);
    expect(image?.instructions.map(({ name }) => name)).toEqual(["COPY", "COPY", "ENTRYPOINT"]);
  });

  test("names a version of each base image, not the newest one, and a user other than root", () => {
    expect(build?.base).toMatch(/^node:\d+-bookworm-slim$/);
    // The C library of both is that of Debian 12, and so is that of the executable.
    expect(image?.base).toMatch(/^gcr\.io\/distroless\/cc-debian12:nonroot$/);
  });

  test("copies only files of the repository into the build, the manifests first", () => {
    const tracked = execFileSync("git", ["ls-files"], { cwd: packageRoot, encoding: "utf8" }).split("\n");
    const copied = build?.instructions
      .filter(({ name }) => name === "COPY")
      .map(({ args }) => args.slice(0, -1));
    expect(copied).toEqual([["package.json", "package-lock.json"], ["."]]);
    expect(tracked).toEqual(expect.arrayContaining(copied?.[0] ?? []));
    const ignored = readFileSync(join(packageRoot, ".dockerignore"), "utf8").split("\n");
    expect(ignored).toEqual(expect.arrayContaining(["node_modules", "dist", ".git"]));
  });

  test("runs only scripts of the package", () => {
    const { scripts } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const commands = build?.instructions.filter(({ name }) => name === "RUN").map(({ args }) => args);
    expect(commands?.map(([program]) => program)).toEqual(["npm", "npm"]);
    for (const [, command, script = ""] of commands ?? [])
      expect(command === "ci" || Object.hasOwn(scripts, script), script).toBe(true);
  });

  test("copies into the image what the build makes", () => {
    const copied = (image?.instructions ?? []).flatMap(({ name, args }) => {
      if (name !== "COPY") return [];
      expect(args[0]).toBe("--from=build");
      return args.slice(1, -1).map((path) => path.replace("/source/", ""));
    });
    // test/cli runs the executable, and the licences are written beside it: scripts/build-binary.mjs.
    const made = ["build/batch-outputs", "build/third-party-licenses.txt", "LICENSE"];
    expect(copied).toEqual(made);
    const script = readFileSync(join(packageRoot, "scripts/build-binary.mjs"), "utf8");
    expect(script).toContain('join(outdir, "third-party-licenses.txt")');
    expect(image?.instructions.at(-1)).toEqual({
      name: "ENTRYPOINT",
      args: ['["/usr/local/bin/batch-outputs"]'],
    });
  });
});

function readStages(text: string): Stage[] {
  const found: Stage[] = [];
  for (const line of text.replace(/\\\n/g, " ").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [name = "", ...args] = line.trim().split(/\s+/);
    if (name === "FROM")
      found.push({ base: args[0] ?? "", name: args[1] === "AS" ? args[2] : undefined, instructions: [] });
    else found.at(-1)?.instructions.push({ name, args });
  }
  return found;
}
