import { createContext, useContext } from "react";
import type { ViewerConfig } from "../../protocol/index.js";

/** Provided by ConfigProvider when the server has answered. */
export const ConfigContext = createContext<ViewerConfig | undefined>(undefined);

/** Returns what the server supports. */
export function useConfig(): ViewerConfig {
  const config = useContext(ConfigContext);
  if (config === undefined) throw new Error("useConfig is called outside of ConfigProvider");
  return config;
}
