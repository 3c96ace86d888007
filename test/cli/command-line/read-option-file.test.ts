import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { describe, expect, it } from "vitest";

import { readOptionFile } from "../../../src/cli/command-line/read-option-file.js";
import { UsageError } from "../../../src/cli/errors/usage-error.js";
import { openJob, readPipedUrl } from "../../../src/cli/store/open-store.js";
import { quote } from "../../../src/core/index.js";
import { captureError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const option = "--outputs-file";

async function captureRefusal(reading: Promise<string>): Promise<string> {
  const error = await captureError(reading);
  expect(error).toBeInstanceOf(UsageError);
  return String(error);
}

it("reads a file, up to a limit", async () => {
  const path = join(createTemporaryFolder(), "file");
  writeFileSync(path, "ä".repeat(40_000));
  expect(await readOptionFile(option, path, { maxBytes: 80_000 })).toBe("ä".repeat(40_000));
  const message = await captureRefusal(readOptionFile(option, path, { maxBytes: 79_999 }));
  expect(message).toContain(`The file of ${option}, ${quote(path)}, is longer than 79,999 bytes`);
  await expect(readOptionFile(option, `${path}.no`)).rejects.toMatchObject({ code: "ENOENT" });
});

describe.skipIf(process.platform === "win32")("What is not a file", () => {
  function createPipe(): string {
    const path = join(createTemporaryFolder(), "pipe");
    execFileSync("mkfifo", [path]);
    return path;
  }

  const write = async (path: string, command: string): Promise<unknown> =>
    await promisify(execFile)("sh", ["-c", `${command} > "$0"`, path]);

  it("a device is refused, before it is read", async () => {
    const message = await captureRefusal(readOptionFile(option, "/dev/zero"));
    expect(message).toContain(`The file of ${option}, "/dev/zero", is a device. Specify a file`);
  });

  it("a folder is reported with the code of the system", async () => {
    await expect(readOptionFile(option, createTemporaryFolder())).rejects.toMatchObject({ code: "EISDIR" });
  });

  it("a pipe is read until the program that writes to it closes it", async () => {
    const path = createPipe();
    const [text] = await Promise.all([
      readOptionFile(option, path),
      write(path, "(echo one; echo two; seq 100000)"),
    ]);
    expect(text.startsWith("one\ntwo\n1\n2\n")).toBe(true);
    expect(text.endsWith("\n100000\n")).toBe(true);
  });

  it("a pipe with more than the limit is refused", async () => {
    const path = createPipe();
    const writing = write(path, "cat /dev/zero");
    const [message] = await Promise.all([
      captureRefusal(readOptionFile(option, path, { maxBytes: 200_000 })),
      expect(writing).rejects.toThrow("Command failed"),
    ]);
    expect(message).toContain("is longer than 200,000 bytes");
  });

  it("a pipe that no program writes to is refused after a time", async () => {
    const path = createPipe();
    const message = await captureRefusal(readOptionFile(option, path, { writerTimeoutInMs: 0 }));
    expect(message).toContain(`"${path}", is a pipe that no program has opened to write to`);
  });

  it("the URL of a container is read from a pipe once, for all that open the store", async () => {
    const path = createPipe();
    const url = "https://films.blob.core.windows.net/job-film-7?sv=2021-08-06&sr=c&sp=rl&sig=AAAA%3D";
    const command = new Command().option("--container-url-file <path>");
    command.parse(["--container-url-file", path], { from: "user" });
    await Promise.all([readPipedUrl(command), write(path, `echo '${url}'`)]);
    expect(openJob(command).storeContainer.url).toBe(url);
    expect(openJob(command).storeContainer.url).toBe(url);
  });

  it("a device as the file of the container's URL is refused", async () => {
    const command = new Command().option("--container-url-file <path>");
    command.parse(["--container-url-file", "/dev/zero"], { from: "user" });
    await readPipedUrl(command);
    expect(() => openJob(command)).toThrow('The file of --container-url-file, "/dev/zero", is a device.');
  });
});
