import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

import { showTheme } from "./show-theme.js";

/** What axe-core objects to on a page as it is, in light and in dark: theme, rule, and element. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await showTheme(page, colorScheme);
    const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
    for (const { id, nodes } of violations)
      for (const { html, failureSummary = "" } of nodes)
        found.push(`${colorScheme}: ${id}: ${html.slice(0, 200)} ${failureSummary}`);
  }
  return found;
}
