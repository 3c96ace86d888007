import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

import type { Browser } from "./chromium.js";
import { countExecuted } from "./page-coverage.js";

export interface WatchedPage {
  readonly page: Page;
  /** Every address that was asked for. */
  readonly requests: readonly string[];
}

/**
 * A new page of which a test fails when it asks another origin for anything, breaks a content security policy, has an error
 * that nobody caught, or opens a dialog of the browser.
 */
export async function openWatchedPage(browser: Browser, origin: string): Promise<WatchedPage> {
  const page = await browser.context.newPage();
  const saveExecuted = await countExecuted(page);
  const requests: string[] = [];
  const wrongs: string[] = [];
  page.on("request", (request) => {
    requests.push(request.url());
    if (!request.url().startsWith(`${origin}/`) && !/^(?:blob|data):/.test(request.url()))
      wrongs.push(`asked ${request.url()}`);
  });
  page.on("pageerror", (error) => wrongs.push(`error ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) wrongs.push(message.text());
  });
  page.on("dialog", (dialog) => {
    wrongs.push(`dialog ${dialog.message()}`);
    dialog.dismiss().catch((error: unknown) => wrongs.push(String(error)));
  });
  onTestFinished(async () => {
    await saveExecuted();
    await page.close();
    expect(wrongs).toEqual([]);
  });
  return { page, requests };
}
