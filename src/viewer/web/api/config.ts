import { createContext, useContext } from "react";
import type { ViewerConfig } from "../../protocol.js";

/** Set once by the page's frame, when the server has answered. */
export const ConfigContext = createContext<ViewerConfig | undefined>(undefined);

/** What the server can do. */
export function useConfig(): ViewerConfig {
  const config = useContext(ConfigContext);
  if (config === undefined) throw new Error("useConfig is called outside of ConfigProvider");
  return config;
}
