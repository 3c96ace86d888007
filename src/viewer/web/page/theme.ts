import { teamsHighContrastTheme, webDarkTheme, webLightTheme, type Theme } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";
import { followMedia } from "./media-query.js";

const dark = followMedia("(prefers-color-scheme: dark)");
const forced = followMedia("(forced-colors: active)");

/** Returns the Fluent theme for the system's setting: light, dark or high contrast. Follows changes of the setting. */
export function useSystemTheme(): Theme {
  return useSyncExternalStore(subscribe, getCurrentTheme);
}

function getCurrentTheme(): Theme {
  if (forced.matches() && dark.matches()) return teamsHighContrastTheme;
  return dark.matches() ? webDarkTheme : webLightTheme;
}

function subscribe(changed: () => void): () => void {
  const unsubscribe = [dark, forced].map((query) => query.subscribe(changed));
  return () => {
    for (const end of unsubscribe) end();
  };
}
