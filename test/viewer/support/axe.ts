import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Of Fluent UI's themes: that it is there says that the theme is. */
const backgrounds = { light: "rgb(255, 255, 255)", dark: "rgb(41, 41, 41)" } as const;

/** Those of dialogs stay when they have finished. */
const running = "document.getAnimations().filter(({ playState }) => playState === 'running').length";

/** For hangs only. */
const untilThere = { timeout: 30_000 };

/** What axe-core objects to on a page as it is, in light and in dark: theme, rule, and element. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours fade from one theme into the other.
    await expect
      .poll(
        () => page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor"),
        untilThere,
      )
      .toBe(backgrounds[colorScheme]);
    await expect.poll(() => page.evaluate(running), untilThere).toBe(0);
    const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
    for (const { id, nodes } of violations)
      for (const { html, failureSummary = "" } of nodes)
        found.push(`${colorScheme}: ${id}: ${html.slice(0, 200)} ${failureSummary}`);
  }
  return found;
}
