import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { addresses, type ViewerConfig, type ViewerFailure } from "../../protocol.js";
import { Failed, Loading } from "../shared/states.js";
import { browsing } from "../text/browsing.js";
import { getJson } from "./client.js";
import { failureOf } from "./failure.js";

const Config = createContext<ViewerConfig | undefined>(undefined);

/** What the server can do. */
export function useConfig(): ViewerConfig {
  const config = useContext(Config);
  if (config === undefined) throw new Error("useConfig outside of ConfigProvider");
  return config;
}

/** Asks the server what it can do, before anything else is shown. */
export function ConfigProvider({ children }: { readonly children: ReactNode }) {
  const [config, setConfig] = useState<ViewerConfig>();
  const [failure, setFailure] = useState<ViewerFailure>();
  const [tries, setTries] = useState(1);
  useEffect(() => {
    const leaving = new AbortController();
    getJson<ViewerConfig>(addresses.config, { abortSignal: leaving.signal }).then(
      setConfig,
      (error: unknown) => {
        if (!leaving.signal.aborted) setFailure(failureOf(error));
      },
    );
    return () => {
      leaving.abort();
    };
  }, [tries]);
  if (config !== undefined) return <Config value={config}>{children}</Config>;
  if (failure === undefined) return <Loading />;
  const again = () => {
    setFailure(undefined);
    setTries(tries + 1);
  };
  return (
    <main className="alone">
      <h1>{browsing.product}</h1>
      <Failed title={browsing.failures.start} failure={failure} onAgain={again} />
    </main>
  );
}
