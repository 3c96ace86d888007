import type { Hono } from "hono";
import { Refusal } from "../../api/refusal.js";
import { flag, object, required, text } from "../../api/shape.js";
import { applyChange } from "../../state/stamps.js";
import { answerDone, answerEntity, type RestEnv, type RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { urls } from "../exchange/urls.js";
import { requirePool } from "../pools/pools.js";
import { remotePort } from "./node-view.js";
import { requireNode } from "./nodes.js";

const userUpdate = { password: text(), expiryTime: text(), sshPublicKey: text() } as const;
const userAdd = object({ ...userUpdate, name: required(text(20)), isAdmin: flag });

/**
 * The operations on users of a node (add, update, delete), and its remote login settings. Only the names of users are stored,
 * so that programs get the responses of Azure. No user can log on, and no password is stored.
 */
export function addNodeUserRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const nodeUrl = (poolId: string, nodeId: string): string => urls.node(service.endpoint(), poolId, nodeId);
  const requireRequestedNode = (poolId: string, nodeId: string) =>
    requireNode(state, requirePool(state, poolId).id, nodeId);
  app.post("/pools/:poolId/nodes/:nodeId/users", async (context) => {
    const { name } = await readBody(context, userAdd);
    const node = requireRequestedNode(context.req.param("poolId"), context.req.param("nodeId"));
    const { users = [] } = node;
    if (users.includes(name)) throw new Refusal("NodeUserExists");
    state.nodes.put(applyChange(node, { users: [...users, name] }));
    return answerDone(context, 201, `${nodeUrl(node.poolId, node.id)}/users/${encodeURIComponent(name)}`);
  });
  app.put("/pools/:poolId/nodes/:nodeId/users/:userName", async (context) => {
    const { poolId, nodeId, userName } = context.req.param();
    await readBody(context, object(userUpdate));
    const node = requireRequestedNode(poolId, nodeId);
    if (!node.users?.includes(userName)) throw new Refusal("NodeUserNotFound");
    return answerDone(context, 200, `${nodeUrl(node.poolId, node.id)}/users/${encodeURIComponent(userName)}`);
  });
  app.delete("/pools/:poolId/nodes/:nodeId/users/:userName", (context) => {
    const { poolId, nodeId, userName } = context.req.param();
    const node = requireRequestedNode(poolId, nodeId);
    const { users = [] } = node;
    if (!users.includes(userName)) throw new Refusal("NodeUserNotFound");
    state.nodes.put(applyChange(node, { users: users.filter((user) => user !== userName) }));
    return answerDone(context, 200, nodeUrl(node.poolId, node.id));
  });
  app.get("/pools/:poolId/nodes/:nodeId/remoteloginsettings", (context) => {
    const { poolId, nodeId } = context.req.param();
    requireRequestedNode(poolId, nodeId);
    return answerEntity(service, context, "nodes", {
      remoteLoginIPAddress: "127.0.0.1",
      remoteLoginPort: remotePort,
    });
  });
  app.get("/pools/:poolId/nodes/:nodeId/rdp", (context) => {
    const { poolId, nodeId } = context.req.param();
    requireRequestedNode(poolId, nodeId);
    return context.body(`full address:s:127.0.0.1:${remotePort}`, 200, {
      "Content-Type": "application/octet-stream",
    });
  });
}
