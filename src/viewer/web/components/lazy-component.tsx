import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { Loading } from "./states.js";

/**
 * Creates a component whose code is loaded when it is first rendered, and which is then shown immediately: React's
 * `lazy` and `Suspense` would delay it by a third of a second. If loading fails, the component throws the error.
 */
export function lazyComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  let there: ComponentType<Props> | undefined;
  return function InOwnFile(props: Props) {
    const [Shown, setShown] = useState(() => there);
    const [failure, setFailure] = useState<{ readonly error: unknown }>();
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
          if (isWanted) setFailure({ error });
        },
      );
      return () => {
        isWanted = false;
      };
    }, [isThere]);
    if (failure) throw failure.error;
    return Shown === undefined ? <Loading /> : <Shown {...props} />;
  };
}
