import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished, type TestContext } from "vitest";

import { cliCommand, type CliResult } from "../../support/cli.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

/** A folder of the node that containers see at the same path, as Batch mounts `AZ_BATCH_NODE_ROOT_DIR`. */
export interface ContainerOptions {
  readonly nodeFolder: string;
  /** Below the folder of the node. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A user and group without a name; root by default. */
  readonly userId?: number;
  /** Whether there is a /proc, as in every container of Docker; true by default. */
  readonly hasProc?: boolean;
  /** Whether process 1 is a shell that starts the command line, as with an init. */
  readonly hasInit?: boolean;
}

export interface Container {
  /** The id that process 1 of the container has outside of it. */
  readonly processId: Promise<number>;
  readonly ended: Promise<Pick<CliResult, "status" | "stdout" | "stderr">>;
}

/**
 * The root of a container: read-only programs of this machine, the command line, a /tmp of its own, and the node's folder. No
 * /etc, and so no names of users. What it starts is process 1.
 */
const enterRoot = `
  mount -t tmpfs none "$ROOT"
  cd "$ROOT"
  mkdir -p proc dev tmp usr ".$NODE_FOLDER"
  chmod 1777 tmp
  for name in bin lib lib64 sbin; do
    if [ -L "/$name" ]; then cp -P "/$name" "$name"; else mkdir "$name"; mount --bind "/$name" "$name"; fi
  done
  mount --bind /usr usr
  mount -o remount,bind,ro usr
  mount --bind /dev dev
  if [ -n "$HAS_PROC" ]; then mount -t proc none proc; fi
  for folder in $PROGRAMS; do mkdir -p ".$folder"; mount --bind "$folder" ".$folder"; done
  mount --bind "$NODE_FOLDER" ".$NODE_FOLDER"
  exec chroot "$ROOT" setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups \\
    env -i -C "$WORKING_FOLDER" HOME=/nonexistent "$@"`;

/** Starts the command line as process 1 of a container: namespaces of its own for mounts and processes. */
export function startContainer(
  args: readonly string[],
  { nodeFolder, cwd, env, userId = 0, hasProc = true, hasInit = false }: ContainerOptions,
): Container {
  mkdirSync(join(nodeFolder, cwd), { recursive: true });
  const variables = Object.entries({ PATH: "/usr/local/bin:/usr/bin:/bin", ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const flags = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
  const init = hasInit ? ["sh", "-c", '"$@"; exit $?', "sh"] : [];
  const command = [...variables, ...init, ...cliCommand, ...args];
  const child = spawn("unshare", [...flags, "sh", "-ec", enterRoot, "sh", ...command], {
    env: {
      PATH: process.env["PATH"],
      ROOT: createTemporaryFolder(),
      NODE_FOLDER: nodeFolder,
      WORKING_FOLDER: join(nodeFolder, cwd),
      PROGRAMS: [...new Set(cliCommand.map((path) => dirname(path)))].filter(isNotMounted).join(" "),
      USER_ID: String(userId),
      HAS_PROC: hasProc ? "yes" : "",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // It ignores every signal but this one; its child goes with it.
  onTestFinished(() => void child.kill("SIGKILL"));
  const started = once(child.stdout, "data").then(() => findChild(child.pid ?? 0));
  // A test that does not ask for it does not fail with it.
  started.catch(() => undefined);
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]).then(([stdout, stderr, [status]]) => ({ stdout, stderr, status }));
  return { processId: started, ended };
}

function isNotMounted(folder: string): boolean {
  return !/^\/(usr|bin|sbin|lib|lib64)(\/|$)/.test(folder);
}

function findChild(processId: number): number {
  return Number(readFileSync(`/proc/${processId}/task/${processId}/children`, "utf8").trim().split(" ")[0]);
}

/** Skips the test where namespaces cannot be created. In CI, which can, that is a failure. */
export function requireNamespaces(context: TestContext): void {
  const { status } = spawnSync("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "true"]);
  if (process.platform === "linux" && status === 0) return;
  const reason = "containers are tried on Linux, as root, with unshare of util-linux";
  if (process.env["CI"] === "true" && process.platform === "linux")
    throw new Error(`${reason}, and CI needs it`);
  context.skip(reason);
}
