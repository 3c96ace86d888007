import { existsSync } from "node:fs";
import { chromium, type BrowserContext, type BrowserContextOptions } from "playwright-core";

import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { conditionTimeoutInMs } from "../../support/time-limits.js";

const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/**
 * Why the tests that need a browser cannot run here; `undefined` where they can. In CI they never go without: there a missing
 * browser fails them.
 */
export const noChromium =
  existsSync(path) || process.env["CI"] === "true"
    ? undefined
    : `there is no Chromium at ${path}; CHROMIUM_PATH can name one`;

/** A browser with a profile of its own, which is gone when it is closed. It speaks to nobody by itself. */
export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext;
}

export async function openBrowser(options: BrowserContextOptions = {}): Promise<Browser> {
  if (!existsSync(path))
    throw new Error(`There is no Chromium at ${path}. Install it, or set CHROMIUM_PATH.`);
  const profile = createDisposableFolder();
  const context = await chromium.launchPersistentContext(profile.path, {
    ...options,
    executablePath: path,
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  context.setDefaultTimeout(conditionTimeoutInMs);
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      profile[Symbol.dispose]();
    },
  };
}
