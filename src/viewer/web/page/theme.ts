import { teamsHighContrastTheme, webDarkTheme, webLightTheme, type Theme } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";

const dark = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)");

/** Azure's look in what the system asks for: light, dark, or high contrast. Follows the system while the page is open. */
export function useSystemTheme(): Theme {
  return useSyncExternalStore(watch, current);
}

function current(): Theme {
  if (forced.matches && dark.matches) return teamsHighContrastTheme;
  return dark.matches ? webDarkTheme : webLightTheme;
}

function watch(changed: () => void): () => void {
  const queries = [dark, forced];
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
  };
}
