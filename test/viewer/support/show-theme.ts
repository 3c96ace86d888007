import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Of Fluent UI's themes: that it is there says that the theme is. */
const backgrounds = { light: "rgb(255, 255, 255)", dark: "rgb(41, 41, 41)" } as const;

/** Those of dialogs stay when they have finished. */
const running = "document.getAnimations().filter(({ playState }) => playState === 'running').length";

/** For hangs only. */
const untilThere = { timeout: 30_000 };

/** Has the system ask for a theme, and waits until the page shows it: the page hears of it later, and colours fade. */
export async function showTheme(page: Page, colorScheme: keyof typeof backgrounds): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect
    .poll(
      () => page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor"),
      untilThere,
    )
    .toBe(backgrounds[colorScheme]);
  await expect.poll(() => page.evaluate(running), untilThere).toBe(0);
}
