import { teamsHighContrastTheme, webDarkTheme, webLightTheme, type Theme } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";
import { followMedia } from "./media-query.js";
import { raiseContrast } from "./raise-contrast.js";

const dark = followMedia("(prefers-color-scheme: dark)");
const forced = followMedia("(forced-colors: active)");
const more = followMedia("(prefers-contrast: more)");

const strongDarkTheme = raiseContrast(webDarkTheme);
const strongLightTheme = raiseContrast(webLightTheme);

/** Returns the Fluent theme for the system's setting: light, dark, each with more contrast, or high contrast. Follows changes. */
export function useSystemTheme(): Theme {
  return useSyncExternalStore(subscribe, getCurrentTheme);
}

/** Whether the reader has asked for more contrast, and keeps the page's own colours. */
export function useMoreContrast(): boolean {
  return useSyncExternalStore(subscribe, isMoreContrast);
}

function getCurrentTheme(): Theme {
  if (forced.matches() && dark.matches()) return teamsHighContrastTheme;
  if (isMoreContrast()) return dark.matches() ? strongDarkTheme : strongLightTheme;
  return dark.matches() ? webDarkTheme : webLightTheme;
}

function isMoreContrast(): boolean {
  return more.matches() && !forced.matches();
}

function subscribe(changed: () => void): () => void {
  const unsubscribe = [dark, forced, more].map((query) => query.subscribe(changed));
  return () => {
    for (const end of unsubscribe) end();
  };
}
