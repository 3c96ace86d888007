import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Hono } from "hono";
import { hasCode } from "../../../core/index.js";
import type { GivenApplicationPackage } from "../../api/command-shapes.js";
import { Refusal } from "../../api/refusal.js";
import { answerEntity, type RestEnv, type RestService } from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";

/** Lists and gets the applications, whose packages are in the folder that the service was started with. */
export function addApplicationRoutes(app: Hono<RestEnv>, service: RestService): void {
  app.get("/applications", async (context) => {
    const applications = await readApplications(service);
    return answerListing(service, context, {
      kind: "listapplicationsummariesresponses",
      items: (after) => applications.filter(({ id }) => after === undefined || id > after),
      getKey: ({ id }) => id,
      createView: (application) => application,
      filterable: [],
    });
  });
  app.get("/applications/:applicationId", async (context) => {
    const id = context.req.param("applicationId");
    const application = (await readApplications(service)).find((one) => isSame(one.id, id));
    if (!application) throw new Refusal("ApplicationNotFound");
    return answerEntity(service, context, "getapplicationsummaryresponse", application);
  });
}

/**
 * Checks that each package exists. A reference without a version is valid if the application has only one version.
 * @throws Refusal `InvalidApplicationPackageReferences`
 */
export async function requireApplicationPackages(
  service: RestService,
  references: readonly GivenApplicationPackage[] = [],
): Promise<void> {
  if (references.length === 0) return;
  const applications = await readApplications(service);
  for (const { applicationId, version } of references) {
    // A pool refers to an application by its full resource id.
    const id = applicationId.slice(applicationId.lastIndexOf("/") + 1);
    const { versions = [] } = applications.find((one) => isSame(one.id, id)) ?? {};
    const isThere = version === undefined ? versions.length === 1 : versions.includes(version);
    if (!isThere)
      throw new Refusal("InvalidApplicationPackageReferences", {
        [applicationId.toLowerCase()]:
          version === undefined && versions.length > 1
            ? "The application has no default version"
            : "The specified application package does not exist.",
      });
  }
}

interface Application {
  readonly id: string;
  readonly versions: readonly string[];
}

async function readApplications({ applicationPackages }: RestService): Promise<Application[]> {
  if (applicationPackages === undefined) return [];
  const ids = await readNames(applicationPackages);
  return await Promise.all(
    ids.map(async (id) => ({
      id,
      versions: (await readNames(join(applicationPackages, id))).map((name) => name.replace(/\.zip$/, "")),
    })),
  );
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
