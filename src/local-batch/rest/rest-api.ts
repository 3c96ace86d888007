import { Hono, type MiddlewareHandler } from "hono";
import { addApplicationRoutes } from "./account/applications.js";
import { addNodeCountsRoute } from "./account/node-counts.js";
import { addNodeAgentSkusRoute, addSupportedImagesRoute } from "./account/supported-images.js";
import { addUsageMetricsRoute } from "./account/usage-metrics.js";
import {
  answerError,
  createExchangeMiddleware,
  type RestEnv,
  type RestService,
} from "./exchange/exchange.js";
import { addControlRoutes } from "./control/control.js";
import { addFileRoutes } from "./files/files.js";
import { addJobChangeRoutes } from "./jobs/job-changes.js";
import { addJobNodeRoute } from "./jobs/preparation-status.js";
import { addJobRoutes } from "./jobs/jobs.js";
import { addNodeActionRoutes } from "./nodes/node-actions.js";
import { addNodeUserRoutes } from "./nodes/node-users.js";
import { addNodeMetadataRoutes } from "./nodes/node-metadata.js";
import { addNodeRoutes } from "./nodes/nodes.js";
import { addServiceLogsRoute } from "./nodes/service-logs.js";
import { addPoolChangeRoutes } from "./pools/pool-changes.js";
import { addPoolSizeRoutes } from "./pools/pool-size.js";
import { addPoolAutoScaleRoutes } from "./pools/pool-autoscale.js";
import { addPoolRoutes } from "./pools/pools.js";
import { addPoolUpgradeRoute } from "./pools/upgrade-os.js";
import { addScheduleChangeRoutes } from "./schedules/schedule-changes.js";
import { addScheduleRoutes } from "./schedules/schedules.js";
import { Refusal } from "../api/refusal.js";
import { addTaskChangeRoutes } from "./tasks/task-changes.js";
import { addTaskCollectionRoute } from "./tasks/task-collection.js";
import { addSubtaskRoute } from "./tasks/subtasks.js";
import { addTaskRoutes } from "./tasks/tasks.js";

/** The Batch REST API. Requests read and change records; the engine does the work that follows from them. */
export function createRestApi(service: RestService): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.use(refuseControlCharacters);
  // Before the check of the signature, since tasks have no key.
  addNodeMetadataRoutes(app, service);
  app.use(createExchangeMiddleware(service));
  app.onError((error, context) => answerError(service, error, context));
  app.notFound((context) => answerError(service, createUnknownOperationRefusal(context.req.method), context));
  addSupportedImagesRoute(app, service);
  addNodeAgentSkusRoute(app, service);
  addNodeCountsRoute(app, service);
  addUsageMetricsRoute(app, service);
  addApplicationRoutes(app, service);
  addPoolRoutes(app, service);
  addPoolChangeRoutes(app, service);
  addPoolSizeRoutes(app, service);
  addPoolAutoScaleRoutes(app, service);
  addPoolUpgradeRoute(app, service);
  addNodeRoutes(app, service);
  addNodeActionRoutes(app, service);
  addNodeUserRoutes(app, service);
  addServiceLogsRoute(app, service);
  addJobRoutes(app, service);
  addJobChangeRoutes(app, service);
  addJobNodeRoute(app, service);
  addScheduleRoutes(app, service);
  addScheduleChangeRoutes(app, service);
  addTaskRoutes(app, service);
  addSubtaskRoute(app, service);
  addTaskCollectionRoute(app, service);
  addTaskChangeRoutes(app, service);
  addFileRoutes(app, service);
  addControlRoutes(app, service);
  return app;
}

/** Control characters in the path, in UTF-8. The HTTP server of Azure answers for the service. */
const controlCharacters = /%[01][0-9a-f]|%7f|%c2%[89][0-9a-f]/i;

const invalidUrlPage = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r
<HTML><HEAD><TITLE>Bad Request</TITLE>\r
<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r
<BODY><h2>Bad Request - Invalid URL</h2>\r
<hr><p>HTTP Error 400. The request URL is invalid.</p>\r
</BODY></HTML>\r
`;

const refuseControlCharacters: MiddlewareHandler<RestEnv> = async (context, next) => {
  if (!controlCharacters.test(new URL(context.req.url).pathname)) {
    await next();
    return;
  }
  return context.body(invalidUrlPage, 400, { "Content-Type": "text/html; charset=us-ascii" });
};

function createUnknownOperationRefusal(method: string): Refusal {
  return new Refusal("InvalidUri", {
    Reason: `The local Batch service has no ${method} at this address; docs/reference/local-batch.md lists what it has.`,
  });
}
