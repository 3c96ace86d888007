import { Button } from "@fluentui/react-components";
import { Component, type ReactNode } from "react";
import { Empty } from "../components/states.js";
import { browsing } from "../text/browsing.js";

interface BoundaryProps {
  readonly children: ReactNode;
}

/** Catches errors of a screen: the frame stays, and a message says what to do. */
export class Boundary extends Component<BoundaryProps, { readonly broke: boolean }> {
  override readonly state = { broke: false };

  static getDerivedStateFromError(): { broke: boolean } {
    return { broke: true };
  }

  override render(): ReactNode {
    if (!this.state.broke) return this.props.children;
    const reload = () => {
      location.reload();
    };
    return (
      <Empty
        title={browsing.broken.title}
        advice={browsing.broken.advice}
        action={<Button onClick={reload}>{browsing.broken.action}</Button>}
      />
    );
  }
}
