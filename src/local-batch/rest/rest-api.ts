import { Hono } from "hono";
import { addAccountRoutes } from "./account/account.js";
import {
  answerError,
  createExchangeMiddleware,
  type RestEnv,
  type RestService,
} from "./exchange/exchange.js";
import { addFileRoutes } from "./files/files.js";
import { addJobChangeRoutes } from "./jobs/job-changes.js";
import { addJobNodeRoute } from "./jobs/preparation-status.js";
import { addJobRoutes } from "./jobs/jobs.js";
import { addNodeRoutes } from "./nodes/nodes.js";
import { addPoolAutoScaleRoutes } from "./pools/pool-autoscale.js";
import { addPoolRoutes } from "./pools/pools.js";
import { addScheduleChangeRoutes } from "./schedules/schedule-changes.js";
import { addScheduleRoutes } from "./schedules/schedules.js";
import { Refusal } from "../api/refusal.js";
import { addTaskChangeRoutes } from "./tasks/task-changes.js";
import { addTaskCollectionRoute } from "./tasks/task-collection.js";
import { addTaskRoutes } from "./tasks/tasks.js";

/** The Batch REST API over what the service remembers: it changes records, and the engine does what they say. */
export function createRestApi(service: RestService): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.use(createExchangeMiddleware(service));
  app.onError((error, context) => answerError(service, error, context));
  app.notFound((context) => answerError(service, createUnknownOperationRefusal(context.req.method), context));
  addAccountRoutes(app, service);
  addPoolRoutes(app, service);
  addPoolAutoScaleRoutes(app, service);
  addNodeRoutes(app, service);
  addJobRoutes(app, service);
  addJobChangeRoutes(app, service);
  addJobNodeRoute(app, service);
  addScheduleRoutes(app, service);
  addScheduleChangeRoutes(app, service);
  addTaskRoutes(app, service);
  addTaskCollectionRoute(app, service);
  addTaskChangeRoutes(app, service);
  addFileRoutes(app, service);
  return app;
}

function createUnknownOperationRefusal(method: string): Refusal {
  return new Refusal("InvalidUri", {
    Reason: `The local Batch service has no ${method} at this address; docs/reference/local-batch.md lists what it has.`,
  });
}
