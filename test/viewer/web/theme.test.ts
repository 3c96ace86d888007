import { expect, it } from "vitest";

import { noChromium, openBrowser } from "../support/chromium.js";
import { showTheme } from "../support/show-theme.js";
import { setUpViewer } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

/** Counts how often a page's scripts read whether the system's theme is dark. */
const countReads = `
  globalThis.themeReads = 0;
  const { get } = Object.getOwnPropertyDescriptor(MediaQueryList.prototype, "matches");
  Object.defineProperty(MediaQueryList.prototype, "matches", {
    get() {
      if (this.media.includes("prefers-color-scheme")) globalThis.themeReads += 1;
      return get.call(this);
    },
  });
`;

it.skipIf(noChromium !== undefined)(
  "follows the system's theme without a read that would suppress its next change event",
  async () => {
    await using fixture = await setUpViewer({ taskCount: 3 });
    await using browser = await openBrowser();
    const { page } = await openWatchedPage(browser, fixture.origin);
    await page.addInitScript(countReads);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(fixture.origin);
    await showTheme(page, "dark");
    const atStart = await page.evaluate("themeReads");
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      await showTheme(page, "light");
      await showTheme(page, "dark");
    }
    expect(await page.evaluate("themeReads")).toBe(atStart);
  },
);
