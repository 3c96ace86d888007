import { randomUUID } from "node:crypto";
import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GivenApplicationPackage } from "../../api/command-shapes.js";
import { createFolders, hasCode } from "../../../core/index.js";
import type { EngineContext } from "../base/engine-context.js";
import { RunFailure } from "../base/failures.js";
import type { NodeAddress } from "../base/node-folders.js";
import { unzip } from "./unzip.js";

/**
 * Installs application packages on a node, each once. A reference without a version means the default version of the
 * application, which is its only version here.
 *
 * @returns The environment variables with their paths, named as on Linux nodes: `.` and `-` become `_`, in the original
 * case and in upper case.
 * @throws RunFailure `ApplicationPackageError`
 */
export async function installApplicationPackages(
  context: EngineContext,
  node: NodeAddress,
  references: readonly GivenApplicationPackage[],
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const reference of references) {
    try {
      const { name, folder } = await install(context, node, reference);
      variables[name] = folder;
      variables[name.toUpperCase()] = folder;
    } catch (error) {
      const { applicationId, version = "(default version)" } = reference;
      const message = error instanceof Error ? error.message : String(error);
      throw new RunFailure(
        "ApplicationPackageError",
        { Application: `${applicationId} ${version}`, Message: message },
        error,
      );
    }
  }
  return variables;
}

async function install(
  { folders, options }: EngineContext,
  node: NodeAddress,
  { applicationId, version }: GivenApplicationPackage,
): Promise<{ name: string; folder: string }> {
  // A pool refers to an application by its full resource id.
  const id = applicationId.slice(applicationId.lastIndexOf("/") + 1);
  const source = await findPackage(options.applicationPackages, id, version);
  const folder = join(folders.root(node), "applications", id, source.version);
  if (!(await isThere(folder))) await unpack(source.path, folder);
  const name = ["AZ_BATCH_APP_PACKAGE", id, ...(version === undefined ? [] : [version])].join("_");
  return { name: name.replace(/\W/g, "_"), folder };
}

async function findPackage(
  packages: string | undefined,
  id: string,
  version: string | undefined,
): Promise<{ path: string; version: string }> {
  if (packages === undefined)
    throw new Error("The service was started without a folder of application packages");
  if (!/^\w[\w.-]*$/.test(id)) throw new Error("There is no such application");
  const names = await readdir(join(packages, id));
  const versions = names.map((name) => ({
    path: join(packages, id, name),
    version: name.replace(/\.zip$/, ""),
  }));
  const meant = version === undefined ? versions : versions.filter((one) => one.version === version);
  const [only] = meant;
  if (only && meant.length === 1) return only;
  throw new Error(
    version === undefined
      ? `It has no default version: ${names.length} versions are in ${join(packages, id)}`
      : `There is neither ${version} nor ${version}.zip in ${join(packages, id)}`,
  );
}

/**
 * Unpacks beside the folder first, because two tasks may install the same package at the same time, and must not use an
 * incomplete one.
 */
async function unpack(source: string, folder: string): Promise<void> {
  const aside = `${folder}.${randomUUID()}`;
  await createFolders(dirname(folder));
  try {
    if ((await stat(source)).isDirectory()) await cp(source, aside, { recursive: true });
    else {
      await mkdir(aside);
      await unzip(source, aside);
    }
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!(await isThere(folder))) throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
