import { describe, expect, it } from "vitest";

import { redactCommand } from "../../src/core/index.js";

describe("a command line without its secrets", () => {
  it.each([
    [["curl", "https://a.blob.core.windows.net/c?sv=1&sig=abc%3D"], "sig=REDACTED"],
    [["tool", "--db-password", "hunter22", "--seed", "7"], "tool --db-password REDACTED --seed 7"],
    [["tool", "--api-key=abc123", "x"], "tool --api-key=REDACTED x"],
    [
      ["bash", "-c", "API_TOKEN=abc123 ./run --secret 'a b' ok"],
      "API_TOKEN=REDACTED ./run --secret REDACTED ok",
    ],
    [["psql", "postgres://me:pw@host/db"], "postgres://REDACTED@host/db"],
    [["tool", "/password", "x1"], "tool /password REDACTED"],
  ])("%j", (words, expected) => {
    expect(redactCommand(words, {}).join(" ")).toContain(expected);
  });

  it("removes the values of secret variables at any position", () => {
    const env = { MY_SECRET: "correct horse", DEPLOY_KEY: "short", HOME: "/root/longer-than-eight" };
    expect(redactCommand(["a", "x=correct horse!", "short", "/root/longer-than-eight"], env)).toEqual([
      "a",
      "x=REDACTED!",
      "short",
      "/root/longer-than-eight",
    ]);
  });

  it("keeps a flag that only resembles a secret's flag, and a flag that follows one", () => {
    expect(redactCommand(["tool", "--token", "--verbose", "monkey=1"], {})).toEqual([
      "tool",
      "--token",
      "--verbose",
      "monkey=1",
    ]);
  });
});
