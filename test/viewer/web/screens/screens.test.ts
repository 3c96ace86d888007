import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { setUpReading, type ReadingFixture } from "../../reading/support/reading-fixture.js";
import { fillReadingStore } from "../../reading/support/reading-store.js";
import { noChromium, openBrowser, type Browser } from "../../support/chromium.js";
import { openWatchedPage } from "../../support/open-watched-page.js";
import { fillRealisticStore } from "../../support/realistic-store.js";
import { inspectScreen } from "./support/inspect-screen.js";
import { fillNight } from "./support/night-store.js";
import { screens } from "./support/screens.js";
import { findUnseenFocus } from "./support/walk-by-tab.js";

describe.skipIf(noChromium !== undefined)("every screen, on a phone, a laptop and a large display", () => {
  let fixture: ReadingFixture;
  let browser: Browser;

  beforeAll(async () => {
    fixture = await setUpReading(
      async (client, folder) => {
        await fillRealisticStore(client, folder, 60);
        await fillReadingStore(client, folder);
        await fillNight(client, folder);
      },
      { allowDelete: true },
    );
    browser = await openBrowser({ reducedMotion: "reduce" });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it.each(screens)(
    "$name: fits at any zoom, shows where the focus is, and has no axe-core violation in any theme",
    async ({ name, address, shows, act }) => {
      const { page } = await openWatchedPage(browser, fixture.origin);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${fixture.origin}/${address}`);
      await page.locator(shows).first().waitFor();
      await act?.(page);
      expect([...(await findUnseenFocus(page)), ...(await inspectScreen(page, name))]).toEqual([]);
    },
  );
});
