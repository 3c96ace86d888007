import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer, type Viewer } from "../../../src/viewer/server/index.js";
import { readFailureCode } from "./support/viewer-fixture.js";

const client = new BatchOutputsClient("http://127.0.0.1:1/devstoreaccount1?sv=1&sig=x");
const token = "0123456789abcdef0123456789abcdef";

function open(basePath = "/"): Viewer {
  return createViewer({ client, session: { token }, basePath });
}

function request(path: string, headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request(`http://127.0.0.1:8300${path}`, {
    method,
    headers: { host: "127.0.0.1:8300", ...headers },
  });
}

async function signIn(viewer: Viewer, path = `/?token=${token}`): Promise<string> {
  const response = await viewer(request(path));
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

test("the token is exchanged for an HttpOnly, SameSite cookie, and removed from the URL", async () => {
  const response = await open()(request(`/jobs/job-a/view/t1/$TaskLog/x?line=3&token=${token}`));
  expect(response.status).toBe(303);
  const [, location = "", path = ""] =
    /^((\/[\w-]{22}\/).*)$/.exec(response.headers.get("location") ?? "") ?? [];
  expect(location).toBe(`${path}jobs/job-a/view/t1/$TaskLog/x?line=3`);
  const [cookie, ...attributes] = (response.headers.get("set-cookie") ?? "").split("; ");
  expect(cookie).toMatch(/^batch-outputs-[0-9a-f]+=[\w-]{43}$/);
  expect(attributes).toEqual([`Path=${path}`, "HttpOnly", "SameSite=Strict"]);
});

test("a request with the cookie is accepted, without it or with another one rejected", async () => {
  const viewer = open();
  const cookie = await signIn(viewer);
  expect((await viewer(request("/api/config", { cookie: `other=1; ${cookie}` }))).status).toBe(200);
  const name = cookie.split("=")[0] ?? "";
  for (const wrong of ["", `${name}=`, `${name}=${token}`, `${cookie}x`, cookie.slice(0, -1), `x${cookie}`])
    expect(await readFailureCode(await viewer(request("/api/config", { cookie: wrong })))).toBe(
      "401 NotSignedIn",
    );
});

test("a token is valid once; a browser with the cookie does not need it", async () => {
  const viewer = open();
  const cookie = await signIn(viewer);
  expect(await readFailureCode(await viewer(request(`/?token=${token}`)))).toBe("403 NotSignedIn");
  const again = await viewer(request(`/?token=${token}`, { cookie }));
  expect(again.status).toBe(303);
  expect(again.headers.get("set-cookie")).toBeNull();
});

test("a browser that is not signed in gets a page with instructions, and nothing of the session", async () => {
  const viewer = open();
  const location = (await viewer(request(`/?token=${token}`))).headers.get("location") ?? "";
  const accept = { accept: "text/html,application/xhtml+xml" };
  for (const path of ["/", "/jobs/job-a", `/?token=${token}`, "/?token=wrong"]) {
    const response = await viewer(request(path, accept));
    expect(response.status, path).toBe(401);
    const html = await response.text();
    expect(html).toContain("batch-outputs view");
    expect(html).not.toContain(location);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
});

test("two viewers have two paths, and a cookie is valid for its own viewer only", async () => {
  const [one, other] = [open(), open()];
  const cookie = await signIn(one);
  const { headers } = await other(request(`/?token=${token}`));
  const path = headers.get("location") ?? "";
  expect((await other(request(`${path}api/config`, { cookie }))).status).toBe(401);
  expect((await one(request(`${path}api/config`, { cookie }))).headers.get("content-type")).not.toContain(
    "json",
  );
});

test("a wrong token is rejected, and the right one remains valid", async () => {
  const viewer = open();
  for (const wrong of ["", "x", token.slice(1), `${token}x`, token.toUpperCase()])
    expect(await readFailureCode(await viewer(request(`/?token=${wrong}`)))).toBe("403 NotSignedIn");
  expect(await signIn(viewer)).not.toBe("");
});

test("a prefetch or a request for data does not use up the token", async () => {
  const viewer = open();
  expect((await viewer(request(`/?token=${token}`, { "sec-purpose": "prefetch" }))).status).toBe(425);
  expect((await viewer(request(`/api/config?token=${token}`))).status).toBe(401);
  expect((await viewer(request(`/?token=${token}`, {}, "HEAD"))).status).toBe(401);
  expect(await signIn(viewer)).not.toBe("");
});

test("a navigation from another site is redirected by a page of the viewer, so that the cookie is sent", async () => {
  const viewer = open();
  const elsewhere = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  const first = await viewer(request(`/jobs?x="><b>&token=${token}`, elsewhere));
  expect(first.status).toBe(200);
  expect(first.headers.get("set-cookie")).not.toBeNull();
  const html = await first.text();
  const [, path = ""] = /content="0;url=(\/[\w-]{22}\/)jobs\?x=%22%3E%3Cb%3E"/.exec(html) ?? [];
  expect(path).not.toBe("");
  expect(html).not.toContain(token);
  // Without the cookie that is not sent from elsewhere.
  expect(await (await viewer(request(`${path}jobs/job-a`, elsewhere))).text()).toContain(
    `0;url=${path}jobs/job-a`,
  );
  expect((await viewer(request("/jobs/job-a", { "sec-fetch-site": "same-origin" }))).status).toBe(401);
});

test("no redirect leads to another site", async () => {
  for (const path of ["//evil.example/", "/\\evil.example/", "///evil.example"]) {
    const { headers } = await open()(request(`${path}?token=${token}`));
    expect(headers.get("location"), path).toMatch(/^\/(?![/\\])/);
  }
});

test("the cookie of a viewer below a path is limited to that path, and two viewers' cookies have two names", async () => {
  const viewer = open("/outputs");
  const response = await viewer(request(`/outputs/?token=${token}`));
  expect(response.headers.get("set-cookie")).toMatch(/; Path=\/outputs\/[\w-]{22}\/;/);
  expect((await signIn(open())).split("=")[0]).not.toBe((await signIn(open())).split("=")[0]);
});
