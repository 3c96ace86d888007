import type { Hono } from "hono";
import { withPoolDefaults } from "../../api/pool-defaults.js";
import { type GivenPool, poolPatch, poolUpdate } from "../../api/pool-shapes.js";
import { applyChange } from "../../state/stamps.js";
import { requireApplicationPackages } from "../account/applications.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { answerChangedPool, requireChangeablePool } from "./pools.js";
import { requireOfferedMachines } from "./require-offered-machines.js";

/** The operations that patch pools and update their properties. */
export function addPoolChangeRoutes(app: Hono<RestEnv>, service: RestService): void {
  app.patch("/pools/:poolId", async (context) => {
    const changes = await readBody(context, poolPatch);
    requireOfferedMachines(context, changes);
    await requireApplicationPackages(service, changes.applicationPackageReferences);
    const pool = requireChangeablePool(service, context);
    return answerChangedPool(
      service,
      context,
      200,
      applyChange(pool, { given: { ...pool.given, ...withPoolDefaults(changes) } }),
    );
  });
  app.post("/pools/:poolId/updateproperties", async (context) => {
    const changes = await readBody(context, poolUpdate);
    await requireApplicationPackages(service, changes.applicationPackageReferences);
    const pool = requireChangeablePool(service, context);
    const { startTask: _, metadata: _metadata, ...kept } = pool.given;
    const { applicationPackageReferences: _packages, certificateReferences: _certificates, ...rest } = kept;
    const { metadata, ...replaced } = changes;
    const given: GivenPool = {
      ...rest,
      ...(context.var.apiVersion >= "2023-05-01.17.0" && { targetNodeCommunicationMode: "default" }),
      ...withPoolDefaults(replaced),
      ...(metadata && metadata.length > 0 && { metadata }),
    };
    return answerChangedPool(service, context, 204, applyChange(pool, { given }));
  });
}
