import type { Hono } from "hono";
import { Refusal } from "../../api/refusal.js";
import { object, required, text } from "../../api/shape.js";
import { applyChange } from "../../state/stamps.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { answerChangedPool, requireChangeablePool } from "./pools.js";

/** The body's `targetOSVersion`, which has its later name when it arrives here. */
const upgrade = object({ osVersion: required(text()) });

/**
 * The operation that upgrades the operating system of a pool of cloud services. The service removed it in version
 * 2018-12-01.8.0. Recorded responses: 202, and `PoolVersionEqualsUpgradeVersion` for the version that the pool has.
 */
export function addPoolUpgradeRoute(app: Hono<RestEnv>, service: RestService): void {
  app.post("/pools/:poolId/upgradeos", async (context) => {
    if (context.var.apiVersion >= "2018-12-01.8.0") throw new Refusal("InvalidUri");
    const { osVersion } = await readBody(context, upgrade);
    const pool = requireChangeablePool(service, context);
    const { cloudServiceConfiguration: cloudService } = pool.given;
    if (cloudService === undefined)
      throw new Refusal("OperationNotValidOnPool", {
        Reason: "The operation upgradeos requires a pool that was created with cloudServiceConfiguration.",
      });
    if (cloudService.osVersion === osVersion) throw new Refusal("PoolVersionEqualsUpgradeVersion");
    const given = { ...pool.given, cloudServiceConfiguration: { ...cloudService, osVersion } };
    return answerChangedPool(service, context, 202, applyChange(pool, { given }));
  });
}
