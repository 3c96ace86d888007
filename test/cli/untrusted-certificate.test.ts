import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { expect, test } from "vitest";

import { createConnectionString, startAzurite } from "../support/azurite.js";
import { runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startRawStore } from "../support/raw-store.js";
import { createSelfSigned, type SelfSigned } from "../support/self-signed.js";
import { createNodeCommand } from "./support/commands.js";

const task = { AZ_BATCH_JOB_ID: "j1", AZ_BATCH_TASK_ID: "t1" };

/** A certificate of an authority that nobody trusts. */
async function createIssued(): Promise<SelfSigned & { readonly authority: string }> {
  const authority = await createSelfSigned({ hostName: "authority.example" });
  const made = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - 3_600_000),
    ca: { key: authority.key, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { cert: made.cert, key: made.private, authority: authority.cert };
}

async function startStore(tls: SelfSigned): Promise<Record<string, string>> {
  const { origin } = await startRawStore(() => ({ pieces: [] }), { tls });
  const connectionString = createConnectionString(`${origin}/devstoreaccount1`);
  return { ...task, AZURE_STORAGE_CONNECTION_STRING: connectionString };
}

test.each<[string, string, () => Promise<Record<string, string>>]>([
  [
    "of an unknown authority that is sent with it",
    "SELF_SIGNED_CERT_IN_CHAIN",
    async () => {
      const { cert, key, authority } = await createIssued();
      return await startStore({ cert: `${cert}\n${authority}`, key });
    },
  ],
  [
    "of an unknown authority that is not sent",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    async () => await startStore(await createIssued()),
  ],
  [
    "for another host",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    async () => {
      const certificate = await createSelfSigned({ hostName: "other.example" });
      const path = join(createTemporaryFolder(), "certificate.pem");
      writeFileSync(path, certificate.cert);
      return { ...(await startStore(certificate)), NODE_EXTRA_CA_CERTS: path };
    },
  ],
])("run does not wait for a store whose certificate is %s: %s", async (_, code, start) => {
  const env = await start();
  const args = ["run", "--spool-directory", createTemporaryFolder(), "--save", "TaskOutput=missing"];
  const command = createNodeCommand("console.log('works'); process.exitCode = 7");
  const { status, stdout, stderr } = await runCli([...args, "--", ...command], { env });
  expect({ status, stdout }).toEqual({ status: 7, stdout: "works\n" });
  expect(stderr).toContain(code);
  expect(stderr).toContain("(CertificateNotTrusted)");
  expect(stderr).toContain("NOT STORED");
});

test("run tells what to set, and the next attempt with that stores the logs of both", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const env = { ...task, AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString };
  const trusting = { ...env, NODE_EXTRA_CA_CERTS: azurite.certificatePath };
  expect(await runCli(["prepare"], { env: trusting })).toMatchObject({ status: 0 });
  const spool = createTemporaryFolder();
  const run = (text: string): string[] => [
    ...["run", "--spool-directory", spool, "--"],
    ...createNodeCommand(`console.log("${text}")`),
  ];

  const first = await runCli(run("first"), { env });
  // The command succeeded, but its output is not stored.
  expect(first).toMatchObject({ status: 1, stdout: "first\n" });
  expect(first.stderr).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(first.stderr).toContain("set NODE_EXTRA_CA_CERTS to the path of its authority's certificate");
  const [, copy = ""] = /The complete log is in (\S+stdout\.txt)/.exec(first.stderr) ?? [];
  expect(readFileSync(copy, "utf8")).toBe("first\n");

  expect(await runCli(run("second"), { env: trusting })).toMatchObject({ status: 0, stdout: "second\n" });
  const read = async (name: string): Promise<string> =>
    (await runCli(["cat", "TaskLog", name], { env: trusting })).stdout;
  expect(await read("stdout.attempt-1.txt")).toBe("first\n");
  expect(await read("stdout.txt")).toBe("second\n");
});

test("restore, track and doctor end at once, with the same advice", async () => {
  const env = await startStore(await createSelfSigned());
  const cwd = createTemporaryFolder();
  writeFileSync(join(cwd, "app.log"), "one\n");
  const started = createNodeCommand("console.log('started')");
  const restored = await runCli(["run", "--restore", "TaskIntermediate", "--", ...started], { cwd, env });
  expect(restored).toMatchObject({ status: 1, stdout: "" });
  const tracked = await runCli(["track", "app.log"], { cwd, env });
  expect(tracked).toMatchObject({ status: 1 });
  const examined = await runCli(["doctor"], { cwd, env });
  expect(examined.status).not.toBe(0);
  for (const { stdout, stderr } of [restored, tracked, examined])
    expect(stdout + stderr).toContain("set NODE_EXTRA_CA_CERTS");
});
