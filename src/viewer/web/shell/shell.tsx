import type { ReactNode } from "react";
import { useConfig } from "../api/config.js";
import type { Route } from "../routes.js";
import { Announcer } from "../shared/announcer.js";
import { Name } from "../shared/name.js";
import { browsing } from "../text/browsing.js";
import { Places } from "./places.js";

/** The frame around every screen: where one is, and whose outputs these are. */
export function Shell({ route, children }: { readonly route: Route; readonly children: ReactNode }) {
  const { store } = useConfig();
  return (
    <>
      <a className="skip" href="#content">
        {browsing.skip}
      </a>
      <header className="bar">
        <Places route={route} />
        <span className="bar-store" title={store}>
          <Name text={store} />
        </span>
      </header>
      <main id="content" className="content">
        {children}
      </main>
      <Announcer />
    </>
  );
}
