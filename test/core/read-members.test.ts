import { describe, expect, it } from "vitest";
import { readMembers } from "../../src/core/index.js";

const wire = readMembers(
  JSON.parse(
    '{"text":"a","count":3,"half":0.5,"time":"2026-11-29T00:00:00Z","never":"soon","mixed":["a",1,{"text":"b"}],"part":{"text":"c"},"none":null}',
  ),
);

describe("readMembers", () => {
  it("returns members of the requested type", () => {
    expect(wire.text("text")).toBe("a");
    expect(wire.integer("count")).toBe(3);
    expect(wire.time("time")?.toISOString()).toBe("2026-11-29T00:00:00.000Z");
    expect(wire.oneOf("text", ["b", "a"])).toBe("a");
    expect(wire.texts("mixed")).toEqual(["a"]);
    expect(wire.objects("mixed")?.map((part) => part.text("text"))).toEqual([undefined, undefined, "b"]);
    expect(wire.object("part")?.text("text")).toBe("c");
    expect(wire.value("half")).toBe(0.5);
  });

  it("returns undefined for missing members and other types", () => {
    expect(wire.text("count")).toBeUndefined();
    expect(wire.integer("half")).toBeUndefined();
    expect(wire.time("never")).toBeUndefined();
    expect(wire.time("missing")).toBeUndefined();
    expect(wire.oneOf("text", ["b"])).toBeUndefined();
    expect(wire.texts("part")).toBeUndefined();
    expect(wire.objects("text")).toBeUndefined();
    expect(wire.object("none")).toBeUndefined();
    expect(wire.object("missing")).toBeUndefined();
  });

  it("reads no inherited members", () => {
    expect(wire.value("constructor")).toBeUndefined();
    expect(wire.value("__proto__")).toBeUndefined();
  });

  it.each([undefined, null, 1, "text"])("reads no members of %j", (value) => {
    expect(readMembers(value).value("length")).toBeUndefined();
  });
});
