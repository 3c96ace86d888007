import { useRestoreFocusTarget } from "@fluentui/react-components";
import { useEffect, useRef, type ReactNode } from "react";
import { browsing } from "../text/browsing.js";

export interface HeadingProps {
  /** The title of the browser tab. Default: the heading's text. */
  readonly title?: string;
  readonly children: ReactNode;
}

/**
 * The heading of a screen. Takes the focus when the screen opens, so that a screen reader begins here, and sets the title of the
 * tab.
 */
export function Heading({ title, children }: HeadingProps) {
  const restored = useRestoreFocusTarget();
  const heading = useRef<HTMLHeadingElement>(null);
  const said = title ?? (typeof children === "string" ? children : undefined);
  useEffect(() => {
    document.title = said === undefined ? browsing.product : browsing.title(said);
  }, [said]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 {...restored} ref={heading} tabIndex={-1} className="heading">
      {children}
    </h1>
  );
}
