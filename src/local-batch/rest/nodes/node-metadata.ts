import type { Context, Hono } from "hono";
import { localPrefix } from "../../api/local-addresses.js";
import { isForLoopback } from "../exchange/loopback-host.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";

/**
 * The part of Azure's Instance Metadata Service that announces preemptions. As on Azure, requests are not signed, but need a
 * header that a web page of another origin cannot send.
 */
export function addNodeMetadataRoutes(app: Hono<RestEnv>, service: RestService): void {
  const root = `${localPrefix}metadata/:poolId/:nodeId/metadata`;
  app.get(`${root}/instance/compute/name`, (context) => {
    if (!isFromTask(context)) return context.body(null, 400);
    return context.text(context.req.param("nodeId"));
  });
  app.get(`${root}/scheduledevents`, (context) => {
    if (!isFromTask(context)) return context.body(null, 400);
    const { poolId, nodeId } = context.req.param();
    const notice = service.preemptions.find(poolId, nodeId);
    const event = notice && {
      EventId: notice.id,
      EventStatus: "Scheduled",
      EventType: "Preempt",
      ResourceType: "VirtualMachine",
      Resources: [nodeId],
      NotBefore: new Date(notice.notBefore).toUTCString(),
      Description: "",
      EventSource: "Platform",
      DurationInSeconds: -1,
    };
    return context.json({ DocumentIncarnation: 1, Events: event ? [event] : [] });
  });
}

function isFromTask({ req }: Context<RestEnv>): boolean {
  return req.header("Metadata") === "true" && isForLoopback(req.raw.headers);
}
