import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer, type Viewer } from "../../../src/viewer/server/index.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { readFailureCode } from "./support/viewer-fixture.js";

const client = new BatchOutputsClient("http://127.0.0.1:1/devstoreaccount1?sv=1&sig=x");

/** A built page, beside a file that is no part of it. */
function open(basePath = "/"): Viewer {
  const folder = createTemporaryFolder();
  const pageFolder = join(folder, "page");
  mkdirSync(join(pageFolder, "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.js"), "secret");
  writeFileSync(
    join(pageFolder, "index.html"),
    '<head><base href="/" /><script src="./assets/a-1.js"></script>',
  );
  writeFileSync(join(pageFolder, "assets/a-1.js"), "run()");
  writeFileSync(join(pageFolder, "assets/b-2.css.gz"), gzipSync("b{}"));
  writeFileSync(join(pageFolder, "icon.svg"), "<svg/>");
  return createViewer({ client, pageFolder, basePath });
}

const get = async (viewer: Viewer, path: string) => await viewer(new Request(`http://localhost${path}`));

test("every address of the page serves the page, with the mount path as its base", async () => {
  const viewer = open("/outputs");
  for (const path of [
    "/outputs/",
    "/outputs/jobs",
    "/outputs/jobs/job-a/view/t1/$TaskLog/stdout.txt",
    "/outputs/index.html",
  ]) {
    const response = await get(viewer, path);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toContain('<base href="/outputs/" />');
  }
});

test("the page runs its own scripts alone, and no other site can frame it", async () => {
  const policy = (await get(open(), "/")).headers.get("content-security-policy") ?? "";
  const directives = new Map(
    policy.split("; ").map((part) => [part.split(" ")[0], part.split(" ").slice(1)]),
  );
  expect(directives.get("default-src")).toEqual(["'none'"]);
  expect(directives.get("script-src")).toEqual(["'self'"]);
  expect(directives.get("connect-src")).toEqual(["'self'"]);
  expect(directives.get("frame-ancestors")).toEqual(["'none'"]);
  expect(directives.get("style-src")).toEqual(["'self'", expect.stringMatching(/^'nonce-[\w+/=]{22,}'$/)]);
  expect(directives.get("form-action")).toEqual(["'self'"]);
});

test("the page's files have their content types; those with a hash in their name are cached for ever", async () => {
  const viewer = open();
  const script = await get(viewer, "/assets/a-1.js");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cache-control")).toContain("immutable");
  expect(await script.text()).toBe("run()");
  const icon = await get(viewer, "/icon.svg");
  expect(icon.headers.get("content-type")).toBe("image/svg+xml");
  expect(icon.headers.get("cache-control")).toBe("no-cache");
});

test.each([
  ["gzip, deflate, br", true],
  ["br;q=1.0, x-gzip;q=0.5", true],
  ["*", true],
  ["gzip;q=0, *", false],
  ["gzip ; q=0.000", false],
  ["br, gzipped", false],
  [undefined, false],
])(
  "a compressed file is sent as it is to a client that accepts gzip (accept-encoding: %s)",
  async (accepted, isCompressed) => {
    const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
    const response = await open()(new Request("http://localhost/assets/b-2.css", { headers }));
    const content = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(response.headers.get("vary")).toBe("accept-encoding");
    expect(response.headers.get("content-encoding")).toBe(isCompressed ? "gzip" : null);
    expect((isCompressed ? gunzipSync(content) : content).toString()).toBe("b{}");
  },
);

test("a file that is not compressed is the same for every client", async () => {
  const headers = { "accept-encoding": "gzip" };
  const response = await open()(new Request("http://localhost/assets/a-1.js", { headers }));
  expect([response.headers.get("content-encoding"), response.headers.get("vary")]).toEqual([null, null]);
  expect(await response.text()).toBe("run()");
});

test("no URL leaves the page's folder", async () => {
  const viewer = open();
  const paths = [
    "/assets/../../secret.js",
    "/assets/..%2f..%2fsecret.js",
    "/assets/%2e%2e/%2e%2e/secret.js",
    "/..\\secret.js",
  ];
  for (const path of [...paths, "/assets//etc/passwd", "/assets/missing.js", "/assets/%00"])
    expect(await (await get(viewer, path)).text(), path).not.toContain("secret");
  expect(await readFailureCode(await get(viewer, "/assets/..%2f..%2fsecret.js"))).toBe("404 NotFound");
  expect(await readFailureCode(await get(viewer, "/assets/a-0.js"))).toBe("404 NotFound");
});

test("a page that was not built is an error with a hint", async () => {
  const viewer = createViewer({ client, pageFolder: createTemporaryFolder() });
  expect(await readFailureCode(await get(viewer, "/"))).toBe("500 PageMissing");
});

test("the page rejects a POST request", async () => {
  const response = await open()(
    new Request("http://localhost/", { method: "POST", headers: { "x-batch-outputs": "1" } }),
  );
  expect(await readFailureCode(response)).toBe("404 NotFound");
});
