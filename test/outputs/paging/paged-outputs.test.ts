import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { OperationOptions } from "../../../src/core/index.js";

import { createPagedOutputs, type PagedOutputs } from "../../../src/outputs/paging/paged-outputs.js";
import type { ListPage, PageStart } from "../../../src/storage/index.js";
import { captureError } from "../../support/capture-error.js";
import { collectAll } from "../../support/output-fixture.js";
import { runProgram } from "../../support/run-program.js";

interface Asked {
  readonly page: number;
  readonly isPrefetch: boolean;
  readonly signal: OperationOptions["abortSignal"];
  answer(): void;
  fail(error: Error): void;
}

interface Fixture {
  readonly listing: PagedOutputs<string>;
  /** The pages that were asked for, in that order. */
  readonly asked: Asked[];
}

/** A listing of pages such as ["1a", "1b"], which are answered at once, but for the third where the test holds it. */
function setUp(pages: number, holdsThird?: "holds the third", given: OperationOptions = {}): Fixture {
  const asked: Asked[] = [];
  const fetchPage = async (start: PageStart, options: OperationOptions): Promise<ListPage<string>> => {
    const page = Number(start.continuationToken ?? "1");
    await new Promise<void>((answer, fail) => {
      asked.push({ page, isPrefetch: start.isPrefetch === true, signal: options.abortSignal, answer, fail });
      options.abortSignal?.addEventListener("abort", () => {
        fail(new Error(`page ${page} was given up`));
      });
      if (page !== 3 || holdsThird === undefined) answer();
    });
    return {
      items: [`${page}a`, `${page}b`],
      continuationToken: page === pages ? undefined : String(page + 1),
    };
  };
  return { listing: createPagedOutputs(given, fetchPage), asked };
}

async function take(listing: AsyncIterator<string>, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let index = 0; index < count; index += 1) found.push((await listing.next()).value);
  return found;
}

const pagesOf = (asked: readonly Asked[]): number[] => asked.map(({ page }) => page);

test("all items of all pages are returned in order, and each page is requested once", async () => {
  const { listing, asked } = setUp(4);
  expect(await collectAll(listing)).toEqual(["1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b"]);
  expect(pagesOf(asked)).toEqual([1, 2, 3, 4]);
  expect(await listing.next()).toEqual({ done: true, value: undefined });
});

test("reading the first page requests that page alone", async () => {
  const { listing, asked } = setUp(4);
  await take(listing, 2);
  await setImmediate();
  expect(pagesOf(asked)).toEqual([1]);
  const pages = setUp(4);
  await pages.listing.byPage().next();
  await setImmediate();
  expect(pagesOf(pages.asked)).toEqual([1]);
});

test("reading further prefetches at most one page", async () => {
  const { listing, asked } = setUp(6);
  await take(listing, 3);
  await setImmediate();
  expect(asked.map(({ page, isPrefetch }) => [page, isPrefetch])).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
  await take(listing, 1);
  await setImmediate();
  expect(pagesOf(asked)).toEqual([1, 2, 3]);
  await take(listing, 1);
  await setImmediate();
  expect(pagesOf(asked)).toEqual([1, 2, 3, 4]);
});

test("an error of the prefetched page is thrown when that page is due, and ends the listing", async () => {
  const { listing, asked } = setUp(4, "holds the third");
  await take(listing, 3);
  asked[2]?.fail(new Error("broken"));
  await setImmediate();
  expect((await listing.next()).value).toBe("2b");
  expect((await captureError(listing.next())).message).toBe("broken");
  expect((await listing.next()).done).toBe(true);
});

test("a reader that stops ignores the prefetched page and its error, and can fetch the page later", async () => {
  const { listing, asked } = setUp(3);
  let found = 0;
  for await (const item of listing) {
    found += 1;
    if (item === "2a") break;
  }
  expect(found).toBe(3);
  expect(asked[2]?.signal?.aborted).toBe(true);
  expect(await collectAll(listing)).toEqual(["2b", "3a", "3b"]);
  expect(pagesOf(asked)).toEqual([1, 2, 3, 3]);
});

test("a reader of pages that stops drops the prefetched page too", async () => {
  const { listing, asked } = setUp(4, "holds the third");
  const pages = listing.byPage();
  await pages.next();
  await pages.next();
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([undefined, undefined, false]);
  await pages.return?.(undefined);
  expect(asked[2]?.signal?.aborted).toBe(true);
});

test("the caller's signal reaches the page ahead", async () => {
  const controller = new AbortController();
  const { listing, asked } = setUp(4, "holds the third", { abortSignal: controller.signal });
  await take(listing, 3);
  expect(asked[2]?.signal?.aborted).toBe(false);
  controller.abort();
  expect(asked[2]?.signal?.aborted).toBe(true);
  expect(await collectAll(listing).catch(String)).toMatch(/given up/);
});

test("concurrent readers get each item once, in the order in which they asked", async () => {
  const { listing } = setUp(3);
  const results = await Promise.all(Array.from({ length: 9 }, () => listing.next()));
  expect(results.map(({ value }) => value as unknown)).toEqual([
    ...["1a", "1b", "2a", "2b", "3a", "3b"],
    ...[undefined, undefined, undefined],
  ]);
});

test("pages come with the token of the next one", async () => {
  const pages = await collectAll(setUp(3).listing.byPage({ continuationToken: "2" }));
  expect(pages.map((page) => [[...page], page.continuationToken])).toEqual([
    [["2a", "2b"], "3"],
    [["3a", "3b"], undefined],
  ]);
});

/** A store whose listing has no end, and whose third page comes late, or never. */
async function slowStore(third: "late" | "never"): Promise<string> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const body = `<EnumerationResults><Blobs><Blob><Name>t1/$TaskLog/${asked}</Name></Blob></Blobs><NextMarker>m</NextMarker></EnumerationResults>`;
    if (asked < 3) response.end(body);
    else if (third === "late") setTimeout(() => response.end(body), 200);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/account/container?sig=x`;
}

const readTwoPages = `
  import { TaskOutputStorage } from "azure-batch-outputs";
  const pages = new TaskOutputStorage(process.env.URL, "t1").listOutputs().byPage();
  for (let page = 0; page < 2; page += 1) console.log((await pages.next()).value[0].filePath);
`;

test("a prefetched page does not keep the process alive", async () => {
  const url = await slowStore("never");
  const result = await runProgram(readTwoPages, { URL: url });
  expect(result).toEqual({ stdout: "1\n2\n", stderr: "", exitCode: 0 });
});

test("a prefetched page that is awaited keeps the process alive", async () => {
  const url = await slowStore("late");
  const program = `${readTwoPages} console.log((await pages.next()).value[0].filePath); await pages.return();`;
  const result = await runProgram(program, { URL: url });
  expect(result).toEqual({ stdout: "1\n2\n3\n", stderr: "", exitCode: 0 });
});
