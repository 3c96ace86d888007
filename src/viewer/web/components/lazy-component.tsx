import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { browsing } from "../text/browsing.js";
import { reading } from "../text/reading.js";
import { Heading } from "./heading.js";
import { Failed, Loading } from "./states.js";

export interface LazyComponentOptions {
  /** It contains the heading of a screen. */
  readonly isScreen?: boolean;
}

/**
 * Creates a component whose code is loaded when it is first rendered, and which is then shown immediately: React's
 * `lazy` and `Suspense` would delay it by a third of a second. If loading fails, it offers to reload the page: browsers do not load a
 * module again that could not be loaded.
 */
export function lazyComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { isScreen = false }: LazyComponentOptions = {},
): (props: Props) => ReactNode {
  let there: ComponentType<Props> | undefined;
  return function InOwnFile(props: Props) {
    const [Shown, setShown] = useState(() => there);
    const [isFailed, setFailed] = useState(false);
    const isThere = Shown !== undefined;
    useEffect(() => {
      if (isThere) return undefined;
      let isWanted = true;
      load().then(
        (component) => {
          there = component;
          if (isWanted) setShown(() => component);
        },
        (error: unknown) => {
          reportError(error);
          if (isWanted) setFailed(true);
        },
      );
      return () => {
        isWanted = false;
      };
    }, [isThere]);
    if (isFailed) return <NotLoaded isScreen={isScreen} />;
    return Shown === undefined ? <Loading /> : <Shown {...props} />;
  };
}

function NotLoaded({ isScreen }: LazyComponentOptions) {
  const reload = () => {
    location.reload();
  };
  return (
    <>
      {isScreen && (
        <div className="screen-head">
          <Heading>{browsing.broken.title}</Heading>
        </div>
      )}
      <Failed {...reading.notLoaded} onRetry={reload} />
    </>
  );
}
