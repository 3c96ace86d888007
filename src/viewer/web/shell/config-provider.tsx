import { useEffect, useState, type ReactNode } from "react";
import { addresses, type ViewerConfig, type ViewerFailure } from "../../protocol/index.js";
import { getJson } from "../api/client.js";
import { ConfigContext } from "../api/config.js";
import { describeError } from "../api/failure.js";
import { Failed, Loading } from "../components/states.js";
import { browsing } from "../text/browsing.js";

/** Loads the configuration from the server before anything else is shown. */
export function ConfigProvider({ children }: { readonly children: ReactNode }) {
  const [config, setConfig] = useState<ViewerConfig>();
  const [failure, setFailure] = useState<ViewerFailure>();
  const [tries, setTries] = useState(1);
  useEffect(() => {
    const leaving = new AbortController();
    getJson<ViewerConfig>(addresses.config, { abortSignal: leaving.signal }).then(
      setConfig,
      (error: unknown) => {
        if (!leaving.signal.aborted) setFailure(describeError(error));
      },
    );
    return () => {
      leaving.abort();
    };
  }, [tries]);
  if (config !== undefined) return <ConfigContext value={config}>{children}</ConfigContext>;
  if (failure === undefined) return <Loading />;
  const retry = () => {
    setFailure(undefined);
    setTries(tries + 1);
  };
  return (
    <main className="alone">
      <h1>{browsing.product}</h1>
      <Failed title={browsing.failures.start} failure={failure} onRetry={retry} />
    </main>
  );
}
