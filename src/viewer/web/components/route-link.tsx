import { Link } from "@fluentui/react-components";
import type { MouseEvent, ReactNode } from "react";
import { toHref, open } from "../address/navigation.js";
import { formatRoute, type Query, type Route } from "../address/routes.js";

export interface RouteLinkProps {
  readonly to: Route;
  readonly query?: Query;
  /** -1 in a list that manages the focus itself. */
  readonly tabIndex?: number;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link to another screen. A real link, so that opening a new tab and copying the address work. */
export function RouteLink({ to, query, children, ...rest }: RouteLinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    open(to, query);
  };
  return (
    <Link href={toHref(formatRoute(to, query))} onClick={follow} {...rest}>
      {children}
    </Link>
  );
}
