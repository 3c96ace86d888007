import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";

/** The folder for the reports of V8, with `npm run coverage`. */
const folder = process.env["NODE_V8_COVERAGE"];

const scripts = resolve("dist/viewer/page/assets");

/** Counts what a page executes, with `npm run coverage`. The result saves it, which has to be done before the page is closed. */
export async function countExecuted(page: Page): Promise<() => Promise<void>> {
  if (folder === undefined) return () => Promise.resolve();
  await page.coverage.startJSCoverage({ resetOnNavigation: false });
  return async () => {
    const executed = await page.coverage.stopJSCoverage();
    const result = executed
      .filter(({ url }) => url.endsWith(".js"))
      .map(({ url, functions }) => ({
        url: pathToFileURL(join(scripts, basename(new URL(url).pathname))).href,
        functions,
      }));
    await writeFile(join(folder, `page-${randomUUID()}.json`), JSON.stringify({ result }));
  };
}
