/** Makes one request with bare `node:http` with keep-alive. */
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true });

/**
 * @param {string} containerUrl with its SAS
 * @param {string} method
 * @param {{ name?: string, query?: string, headers?: Record<string, string | number>, body?: Buffer }} of
 * @returns {Promise<Buffer>} the answer's body
 */
export async function send(containerUrl, method, { name = "", query = "", headers = {}, body }) {
  const { hostname, port, pathname, search } = new URL(containerUrl);
  const place = name === "" ? "" : `/${name.split("/").map(encodeURIComponent).join("/")}`;
  const path = `${pathname}${place}${search}${query === "" ? "" : `&${query}`}`;
  const all = { "x-ms-version": "2025-11-05", ...(body && { "content-length": body.length }), ...headers };
  /** @type {import("node:http").IncomingMessage} */
  const answer = await new Promise((resolve, reject) => {
    request({ host: hostname, port, method, path, headers: all, agent }, resolve)
      .on("error", reject)
      .end(body);
  });
  const chunks = [];
  for await (const chunk of answer) chunks.push(/** @type {Buffer} */ (chunk));
  const status = answer.statusCode ?? 500;
  if (status >= 300) throw new Error(`${status} for ${name}`);
  return Buffer.concat(chunks);
}
