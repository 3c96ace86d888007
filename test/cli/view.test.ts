import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";

import {
  cliCommand,
  setUpCliJob,
  type CliOptions,
  createEnvironment,
  putBlob,
  runCli,
  startCli,
} from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

interface Viewing {
  readonly process: ReturnType<typeof startCli>["process"];
  readonly ended: ReturnType<typeof startCli>["ended"];
  readonly url: URL;
  /** With the cookie that the token was exchanged for. */
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Starts the viewer and opens the address that it prints, as a browser would. */
async function viewing(args: readonly string[], options: CliOptions): Promise<Viewing> {
  const { process, ended } = startCli(["view", ...args], options);
  if (!process.stdout) throw new Error("no standard output");
  const [line] = (await Promise.race([
    once(createInterface({ input: process.stdout }), "line"),
    ended.then(({ stderr }) => {
      throw new Error(stderr);
    }),
  ])) as [string];
  const url = new URL(line.startsWith("{") ? (JSON.parse(line) as { url: string }).url : line);
  const opened = await fetch(url, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, url), {
      ...init,
      headers: { cookie, ...(init.headers as Record<string, string> | undefined) },
    });
  return { process, ended, url, get };
}

test("view prints a loopback URL, serves the store's jobs there, and ends with Ctrl-C", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskLog/stdout.txt", "hello");
  const { process, ended, url, get } = await viewing([], { env: job.env });
  expect(url.hostname).toBe("127.0.0.1");
  // Within a job's task, or with --job, it begins at that job.
  expect(url.pathname).toBe(`/jobs/${job.containerName}`);
  expect(url.searchParams.get("token")).toMatch(/^[\w-]{32}$/);
  expect(await (await get(`/content/${job.containerName}/t1/$TaskLog/stdout.txt`)).text()).toBe("hello");
  process.kill("SIGINT");
  const { status, stdout } = await ended;
  expect(status).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
});

test("a program of another user of this machine gets no access", async () => {
  const job = await setUpCliJob();
  const { process, ended, url } = await viewing([], { env: job.env });
  expect((await fetch(new URL("/api/jobs", url))).status).toBe(401);
  expect((await fetch(url, { redirect: "manual" })).status).toBe(403);
  process.kill("SIGTERM");
  await ended;
});

test("the page is served, and loads its files from the same origin", async () => {
  const job = await setUpCliJob();
  const { process, ended, get } = await viewing([], { env: job.env });
  const response = await get("/jobs");
  const html = await response.text();
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  const script = /src="(?:\.\/)?(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
  const file = await get(`/${script}`);
  expect([file.status, file.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  process.kill("SIGINT");
  await ended;
});

test("--json prints the URL as an object; a container URL shows only that job", async () => {
  const job = await setUpCliJob();
  const { stdout } = await runCli(["url"], { env: job.env });
  const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: stdout.trim() };
  const { process, ended, get } = await viewing(["--json", "--no-open"], { env });
  const config = (await (await get("/api/config")).json()) as Record<string, unknown>;
  expect(config).toMatchObject({ container: job.containerName, canDelete: false, canSign: false });
  expect(JSON.stringify(config)).not.toContain("sig=");
  process.kill("SIGINT");
  const { stderr, objects } = await ended;
  expect(objects).toEqual([{ url: expect.stringContaining("token=") as string }]);
  expect(stderr).not.toContain("Ctrl-C stops");
});

test("outputs are deleted with --allow-delete only", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskLog/stdout.txt");
  const headers = { "x-batch-outputs": "1" };
  for (const [args, status] of [
    [[], 403],
    [["--allow-delete"], 204],
  ] as const) {
    const { process, ended, get } = await viewing(args, { env: job.env });
    const path = `/api/output/${job.containerName}/t1/$TaskLog/stdout.txt`;
    expect((await get(path, { method: "DELETE", headers })).status).toBe(status);
    process.kill("SIGINT");
    await ended;
  }
});

test("a port that is in use or invalid is an error; so is a missing store", async () => {
  const job = await setUpCliJob();
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const { status, stderr } = await runCli(["view", "--port", String(port)], { env: job.env });
  expect([status, stderr]).toEqual([1, expect.stringContaining(`port ${port}`)]);
  taken.close();
  expect((await runCli(["view", "--port", "70000"], { env: job.env })).status).toBe(2);
  expect((await runCli(["view"])).status).toBe(2);
});

test("clients that disconnect or send invalid requests do not affect the viewer", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskLog/stdout.txt", Buffer.alloc(20_000_000, "line\n"));
  const { process, ended, url, get } = await viewing([], { env: job.env });
  const path = `/content/${job.containerName}/t1/$TaskLog/stdout.txt`;
  const raw = async (text: string, after: "end" | "reset" | "nothing"): Promise<string> => {
    const socket = connect(Number(url.port), "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.write(text);
    if (after === "end") socket.end();
    if (after === "reset") socket.once("connect", () => socket.resetAndDestroy());
    await once(socket, "close");
    return answer;
  };
  expect(await raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "nothing")).toMatch(
    /^HTTP\/1\.1 421 /,
  );
  expect(await raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "nothing")).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw("nonsense\r\n\r\n", "nothing")).toMatch(/^HTTP\/1\.1 400 /);
  expect(
    await raw("GET //../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "nothing"),
  ).toMatch(/^HTTP\/1\.1 4\d\d /);
  await raw("GET /api/con", "end");
  await raw("POST /zip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nsel", "end");
  await raw("GET / HTTP/1.1\r\n", "reset");
  for (let count = 0; count < 20; count += 1) {
    const gone = new AbortController();
    const response = await get(path, { signal: gone.signal });
    await (response.body as ReadableStream<Uint8Array>).getReader().read();
    gone.abort();
  }
  // Whoever half-closes still gets all.
  const cookie = await get("/api/config");
  expect(cookie.status).toBe(200);
  expect((await (await get(path)).arrayBuffer()).byteLength).toBe(20_000_000);
  process.kill("SIGINT");
  const { status, stderr } = await ended;
  expect(status).toBe(0);
  expect(stderr).not.toMatch(/Error|\bat .*:\d+:\d+/);
});

test("a failed download is aborted, so that a browser does not treat it as complete", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskOutput/a", Buffer.alloc(4_000_000));
  await putBlob(job, "t1/$TaskOutput/b", "last");
  const azurite = useSharedAzurite();
  const proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: (info) =>
      info.operation === "GetBlob" ? { kind: "truncate-download", afterBytes: 1_000_000 } : undefined,
  });
  onTestFinished(() => proxy.stop());
  const connection = azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint);
  const { process, ended, get } = await viewing([], {
    env: { ...job.env, AZURE_STORAGE_CONNECTION_STRING: connection },
  });
  const selection = JSON.stringify({ container: job.containerName, taskId: "t1" });
  const response = await get("/zip", {
    method: "POST",
    headers: { "x-batch-outputs": "1" },
    body: new URLSearchParams({ selection }),
  });
  expect(response.status).toBe(200);
  await expect(response.arrayBuffer()).rejects.toThrow();
  process.kill("SIGINT");
  const { stderr } = await ended;
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
});

test("the viewer ends if standard output is closed before the address is printed", async () => {
  const job = await setUpCliJob();
  const { process, ended } = startCli(["view"], { env: job.env });
  const closed = once(process, "close");
  process.stdout?.destroy();
  await expect(ended).rejects.toThrow("Premature close");
  expect(await closed).toEqual([0, null]);
});

test("the data of a given Batch endpoint is added", async () => {
  const job = await setUpCliJob();
  const flags = ["--batch-endpoint", "http://127.0.0.1:9", "--batch-account", "a", "--batch-key", "a2V5"];
  const { process, ended, get } = await viewing(flags, { env: job.env });
  expect(await (await get("/api/config")).json()).toMatchObject({ hasBatch: true });
  const text = await (await get(`/api/jobs/${job.containerName}/task-states`)).text();
  expect(text).toContain('"code":"BatchUnreachable"');
  expect(text).not.toContain("a2V5");
  process.kill("SIGINT");
  await ended;
});

test("on a terminal it opens the browser with a file that only its user can read and that is deleted afterwards", async () => {
  const job = await setUpCliJob();
  const folder = createTemporaryFolder();
  const [browser, seen] = [join(folder, "browser"), join(folder, "seen")];
  const look = `#!/bin/sh\npath="\${1#file://}"\n{ echo "$path"; stat -c %a "$path"; cat "$path"; } > "${seen}.part"\nmv "${seen}.part" "${seen}"\n`;
  writeFileSync(browser, look);
  chmodSync(browser, 0o755);
  const line = [...cliCommand, "view"].map((word) => `'${word}'`).join(" ");
  const env = createEnvironment({ TERM: "xterm", BROWSER: browser, ...job.env });
  const terminal = spawn("script", ["-qec", `exec ${line}`, "/dev/null"], { env });
  onTestFinished(() => void terminal.kill("SIGKILL"));
  let screen = "";
  terminal.stdout.setEncoding("utf8").on("data", (part: string) => (screen += part));
  const closed = once(terminal, "close");
  await expect.poll(() => existsSync(seen)).toBe(true);
  await expect.poll(() => screen).toContain("Ctrl-C stops the viewer");
  const [path = "", mode, html = ""] = readFileSync(seen, "utf8").split("\n");
  const url = /http:\/\/127\.0\.0\.1:\d+\/\S*\?token=[\w-]+/.exec(screen)?.[0] ?? "not printed";
  expect(mode).toBe("600");
  expect(html).toContain(`content="0;url=${url}"`);
  terminal.stdin.write("\x03");
  expect((await closed)[0]).toBe(0);
  expect(existsSync(path)).toBe(false);
});

test("a browser that cannot be started is ignored: the URL is printed", async () => {
  const job = await setUpCliJob();
  const line = [...cliCommand, "view"].map((word) => `'${word}'`).join(" ");
  const env = createEnvironment({ TERM: "xterm", BROWSER: "/no/such/browser", ...job.env });
  const terminal = spawn("script", ["-qec", `exec ${line}`, "/dev/null"], { env });
  onTestFinished(() => void terminal.kill("SIGKILL"));
  let screen = "";
  terminal.stdout.setEncoding("utf8").on("data", (part: string) => (screen += part));
  const closed = once(terminal, "close");
  await expect.poll(() => screen).toContain("Ctrl-C stops the viewer");
  expect(screen).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\S*\?token=/);
  terminal.stdin.write("\x03");
  expect((await closed)[0]).toBe(0);
});
