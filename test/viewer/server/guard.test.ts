import { expect, test } from "vitest";

import { createViewer, type Viewer, type ViewerOptions } from "../../../src/viewer/server/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { readFailureCode } from "./support/viewer-fixture.js";

// Nothing here gets as far as the store.
const client = new BatchOutputsClient("http://127.0.0.1:1/devstoreaccount1?sv=1&sig=c2VjcmV0");

function open(options: Partial<ViewerOptions> = {}): Viewer {
  return createViewer({ client, ...options });
}

function request(path: string, headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request(`http://127.0.0.1:8300${path}`, { method, headers });
}

const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

test("a request to a name of this machine is accepted, to any other name rejected", async () => {
  const viewer = open();
  for (const host of ["127.0.0.1:8300", "localhost", "LOCALHOST:1", "[::1]:8300"])
    expect((await viewer(request("/api/config", { host }))).status, host).toBe(200);
  for (const host of [
    "evil.example",
    "127.0.0.1.evil.example:8300",
    "localhost@evil.example",
    "10.0.0.1",
    "x",
    ":80",
  ])
    expect(await readFailureCode(await viewer(request("/api/config", { host }))), host).toBe("421 WrongHost");
});

test("the URL of the request is checked like its Host header", async () => {
  const viewer = open();
  const response = await viewer(
    new Request("http://evil.example/api/config", { headers: { host: "localhost" } }),
  );
  expect(await readFailureCode(response)).toBe("421 WrongHost");
});

test("a server that mounts the viewer sets the allowed hosts", async () => {
  const viewer = open({ allowedHosts: ["Outputs.Example"] });
  const at = (host: string) => viewer(new Request(`https://${host}/api/config`));
  expect((await at("outputs.example")).status).toBe(200);
  expect((await at("localhost")).status).toBe(421);
});

test("a page of another origin is rejected, also one of another port of this machine", async () => {
  const viewer = open();
  const own = { host: "127.0.0.1:8300" };
  const refused: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "http://127.0.0.1:8301" },
    { origin: "null" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", ...navigation },
    { origin: "http://127.0.0.1:8300", "sec-fetch-site": "cross-site" },
    { origin: "not an origin" },
  ];
  for (const headers of refused)
    expect(await readFailureCode(await viewer(request("/api/config", { ...own, ...headers })))).toBe(
      "403 CrossSite",
    );
  const accepted: Record<string, string>[] = [
    {},
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none", ...navigation },
    { origin: "http://127.0.0.1:8300", "sec-fetch-site": "same-origin" },
  ];
  for (const headers of accepted)
    expect((await viewer(request("/api/config", { ...own, ...headers }))).status).toBe(200);
});

test("a request that changes something needs the page's header, or a form of the page's own origin", async () => {
  const viewer = open({ allowDelete: true });
  const ask = (headers: Record<string, string>, path = "/zip", method = "POST") =>
    viewer(request(path, { host: "127.0.0.1:8300", ...headers }, method));
  expect(await readFailureCode(await ask({}))).toBe("403 CrossSite");
  expect(await readFailureCode(await ask({}, "/api/output/job-a/t1/$TaskLog/x", "DELETE"))).toBe(
    "403 CrossSite",
  );
  expect(await readFailureCode(await ask({ origin: "null" }))).toBe("403 CrossSite");
  expect(await readFailureCode(await ask({ "sec-fetch-site": "none" }))).toBe("403 CrossSite");
  // These come as far as the body, which is missing.
  for (const headers of [
    { origin: "null", "sec-fetch-site": "same-origin" },
    { origin: "http://127.0.0.1:8300" },
    { "x-batch-outputs": "1" },
  ])
    expect(await readFailureCode(await ask(headers))).toBe("400 BadRequest");
});

test("every response has the headers that keep a browser from running or caching it", async () => {
  const viewer = open();
  for (const path of ["/api/config", "/api/nothing", "/zip"]) {
    const { headers } = await viewer(request(path));
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("the config contains no credential", async () => {
  const response = await open({ storeArguments: ["--account-url", "https://a.example"] })(
    request("/api/config"),
  );
  const config = (await response.json()) as Record<string, unknown>;
  expect(config).toMatchObject({
    store: "http://127.0.0.1:1/devstoreaccount1",
    storeArguments: ["--account-url", "https://a.example"],
    canSign: false,
    canDelete: false,
    hasBatch: false,
  });
  expect(JSON.stringify(config)).not.toContain("c2VjcmV0");
});

test("a viewer below a path answers only there", async () => {
  const viewer = open({ basePath: "/outputs/" });
  expect((await viewer(request("/outputs/api/config"))).status).toBe(200);
  const without = await viewer(request("/outputs?line=3"));
  expect([without.status, without.headers.get("location")]).toEqual([308, "/outputs/?line=3"]);
  for (const path of ["/api/config", "/outputsapi/config", "/"])
    expect(await readFailureCode(await viewer(request(path))), path).toBe("404 NotFound");
});

test("an invalid URL, or one of a job that is not in the store, is not found", async () => {
  const viewer = open();
  const names = [
    "/api",
    "/content/job-a",
    "/content/job-a/",
    "/content/job-a/readme.txt",
    "/api/jobs//tasks",
  ];
  const foreign = ["images", "$logs", "job-", "job-A", "job-a--b", "job-%2e%2e", "job-a%2fb", "..", "%00"];
  const paths = [
    ...names.slice(1),
    ...foreign.map((name) => `/api/jobs/${name}/tasks`),
    "/api/x",
    "/content/job-a/%zz/$a/x",
  ];
  for (const path of paths)
    expect(await readFailureCode(await viewer(request(path))), path).toBe("404 NotFound");
});

test("an invalid option is rejected before anything is served", () => {
  expect(() => createViewer({})).toThrow(/either client or storage/);
  expect(() => open({ basePath: "outputs" })).toThrow(RangeError);
  expect(() => open({ basePath: "/a/../b" })).toThrow(/basePath/);
  expect(() => open({ session: { token: "short" } })).toThrow(/session\.token/);
});
