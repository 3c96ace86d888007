import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { Loading } from "./states.js";

/**
 * A component whose code is a file of its own, asked for the first time that it is shown, and shown as soon as it is there:
 * React's own `lazy` and `Suspense` hold back what follows a fallback for a third of a second. A file that does not come
 * breaks the screen, as an error of the component does.
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
