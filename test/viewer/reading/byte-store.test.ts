import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ByteStore, missing } from "../../../src/viewer/web/bytes/byte-store.js";

describe("a window on a file's bytes", () => {
  it("holds at most its number of blocks, and drops those farthest from the reader", () => {
    const store = new ByteStore(1_000_000, 100, 10);
    for (let block = 0; block < 1000; block += 1) {
      store.focus(block * 100);
      store.put(block * 100, new Uint8Array(100));
      expect(store.loadedBytes).toBeLessThanOrEqual(1000);
    }
    expect(store.byteAt(0)).toBeUndefined();
    expect(store.byteAt(999_00)).toBe(0);
  });

  it("finds bytes as a search of the whole array would", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ min: 0, max: 3, maxLength: 200 }),
        fc.nat(200),
        fc.nat(200),
        (bytes, one, other) => {
          const store = new ByteStore(bytes.length, 7, 100);
          store.put(0, bytes);
          const [start, end] = one < other ? [one, other] : [other, one];
          const within = bytes.subarray(start, end);
          const from = (index: number) => (index < 0 ? -1 : index + start);
          expect(store.indexOf(1, start, end)).toBe(from(within.indexOf(1)));
          expect(store.lastIndexOf(1, start, end)).toBe(from(within.lastIndexOf(1)));
          expect(store.slice(start, end)).toEqual(Uint8Array.from(within));
        },
      ),
    );
  });

  it("reports where bytes are not loaded, and which to fetch", () => {
    const store = new ByteStore(1000, 100, 10);
    store.put(200, new Uint8Array(100).fill(7));
    expect(store.indexOf(1, 250, 350)).toBe(missing);
    expect(store.lastIndexOf(1, 150, 250)).toBe(missing);
    expect(store.slice(150, 250)).toBeUndefined();
    expect(store.findMissing({ start: 0, end: 1000 })).toEqual({ start: 0, end: 200 });
    expect(store.findMissing({ start: 220, end: 1000 })).toEqual({ start: 300, end: 1000 });
    expect(store.findMissing({ start: 220, end: 280 })).toBeUndefined();
  });

  it("continues at the last loaded byte when the file grows", () => {
    const store = new ByteStore(150, 100, 10);
    store.put(0, new Uint8Array(150));
    store.setSize(320);
    expect(store.findMissing({ start: 0, end: 320 })).toEqual({ start: 150, end: 320 });
    store.put(150, new Uint8Array(170).fill(1));
    expect(store.findMissing({ start: 0, end: 320 })).toBeUndefined();
    expect([store.byteAt(149), store.byteAt(150)]).toEqual([0, 1]);
  });

  it("rejects bytes that would leave a gap in a block", () => {
    const store = new ByteStore(1000, 100, 10);
    expect(() => {
      store.put(150, new Uint8Array(10));
    }).toThrow(RangeError);
  });
});
