import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

import { showContrast, showTheme } from "./show-theme.js";

/** What axe-core objects to on a page as it is, in light and in dark: theme, rule, and element. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await showTheme(page, colorScheme);
    found.push(...(await runAxe(page, colorScheme)));
  }
  return found;
}

/**
 * The same for readers who ask for more contrast, light and dark, with the contrast of WCAG's level AAA, and with the system's
 * forced colours. Afterwards the page is as before.
 */
export async function findContrastViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await showContrast(page, { colorScheme, contrast: "more" });
    found.push(...(await runAxe(page, `more contrast, ${colorScheme}`, enhanced)));
  }
  await showContrast(page, { colorScheme: "dark", forcedColors: "active" });
  found.push(...(await runAxe(page, "forced colours")));
  await showContrast(page, {});
  return found;
}

/** All but the elements of Fluent UI that pass the focus on when they get it. */
const context = JSON.stringify({ include: ["html"], exclude: ["[data-tabster-dummy]"] });

const enhanced = { rules: { "color-contrast-enhanced": { enabled: true } } };

/** The same in one mode, which is shown already, with options of axe-core. Its source has been run in the page. */
export async function runAxe(page: Page, mode: string, options: object = {}): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${context}, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${mode}: ${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}
