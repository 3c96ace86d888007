import { describe, expect, it } from "vitest";

import { decodeLog, explainExit, formatExitCode, normalizeError } from "../../src/diagnosis/index.js";

describe("A normalized error", () => {
  it.each([
    [
      "2026-11-28T10:00:01.123Z ERROR [worker-17] cannot open /data/in/17.tif",
      "[<time> 12:13:14,9] ERROR cannot open /data/in/99.tif",
    ],
    [
      "OSError: [Errno 28] No space left on device: '/mnt/a/1'",
      "OSError: [Errno 28] No space left on device: '/mnt/b/c/22'",
    ],
    [
      "blob 7d444840-9dc0-11d1-b245-5ffdce74fad2 is gone",
      "blob 11111111-2222-3333-4444-555555555555 is gone",
    ],
    ["at 0x7ffeab12 from 10.0.0.4:443 after 3.5 s", "at 0x7f00aaaa from 10.1.2.3:8080 after 12 s"],
    ["cannot read C:\\batch\\t1\\in.dat (32%)", "cannot read D:\\x\\in.dat (99%)"],
    [
      "GET https://acc.blob.core.windows.net/c/a?x=1 failed: 404",
      "GET https://b.blob.core.windows.net/q failed: 404",
    ],
    ["Tried to allocate 2.00 GiB. GPU 0", "Tried to allocate 512.00 GiB. GPU 7"],
    ["run ab12cd9f03e is lost", "run 77fe0012abc is lost"],
    [
      "Sat Nov 28 10:00:00 UTC 2026: host db-3.example.com refused",
      "Sun Nov 29 11:22:33 UTC 2026: host db-9.example.com refused",
    ],
  ])("%s", (one, other) => {
    const normalized = normalizeError(one);
    expect(normalizeError(other)).toBe(normalized);
    expect(normalized).not.toMatch(/\d/);
  });

  it("keeps the parts that distinguish causes", () => {
    const texts = [
      "KeyError: 'lat'",
      "KeyError: 'lon'",
      "ValueError: lat",
      "libfoo.so: not found",
      "cannot open mesh",
    ];
    expect(new Set(texts.map(normalizeError)).size).toBe(texts.length);
  });

  it("is short and not empty for any line", () => {
    for (const line of ["12", "x".repeat(10_000), "[a]", "0x1f"]) {
      const normalized = normalizeError(line);
      expect(normalized.length).toBeGreaterThan(0);
      expect(normalized.length).toBeLessThanOrEqual(201);
    }
  });
});

describe("the text of a log", () => {
  it.each([
    ["UTF-8", Buffer.from("größe\n")],
    [
      "UTF-8 that a range cut",
      Buffer.concat([Buffer.from([0xb6]), Buffer.from("größe\n"), Buffer.from([0xe2, 0x82])]),
    ],
    ["UTF-16 with a mark", Buffer.from("\ufeffgröße\n", "utf16le")],
    ["UTF-16 without one", Buffer.from("a long enough größe line of text\n", "utf16le")],
    ["Latin-1", Buffer.from("größe\n", "latin1")],
  ])("in %s", (_, bytes) => {
    expect(decodeLog(bytes)).toContain("größe");
  });
});

describe("exit codes", () => {
  it.each([
    [137, "SIGKILL", "137"],
    [139, "SIGSEGV", "139"],
    [143, "SIGTERM", "143"],
    [124, "timeout", "124"],
    [126, "cannot be executed", "126"],
    [127, "command not found", "127"],
    [-1073741819, "STATUS_ACCESS_VIOLATION", "0xC0000005"],
    [3221225781, "STATUS_DLL_NOT_FOUND", "0xC0000135"],
  ])("%d is %s", (code, name, shown) => {
    expect(explainExit(code)?.name).toBe(name);
    expect(formatExitCode(code)).toBe(shown);
  });

  it("with a meaning only the program defines are not explained", () => {
    expect(explainExit(1)).toBeUndefined();
    expect(formatExitCode(-1)).toBe("0xFFFFFFFF");
  });
});
