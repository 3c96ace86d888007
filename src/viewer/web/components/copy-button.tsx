import { Button, type ButtonProps } from "@fluentui/react-components";
import { CheckmarkRegular, CopyRegular } from "@fluentui/react-icons";
import { useEffect, useState } from "react";
import { browsing } from "../text/browsing.js";
import { announce } from "../page/announcer.js";

export interface CopyButtonProps {
  /** The text to copy. */
  readonly text: string;
  readonly label: string;
  readonly iconOnly?: boolean;
  readonly appearance?: ButtonProps["appearance"];
  readonly size?: "small" | "medium";
  /** The tooltip. */
  readonly title?: string;
}

/** Copies a text, and confirms it. */
export function CopyButton(props: CopyButtonProps) {
  const { text, label, iconOnly = false, appearance = "subtle", size = "medium", title } = props;
  const [outcome, setOutcome] = useState<"copied" | "failed">();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => {
      setOutcome(undefined);
    }, 2000);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setOutcome("copied");
        announce(browsing.copied);
      },
      () => {
        setOutcome("failed");
        announce(browsing.copyFailed);
      },
    );
  };
  const said = outcome === undefined ? label : outcome === "copied" ? browsing.copied : browsing.copyFailed;
  return (
    <Button
      appearance={appearance}
      icon={outcome === "copied" ? <CheckmarkRegular /> : <CopyRegular />}
      size={size}
      aria-label={said}
      title={title ?? said}
      onClick={copy}
    >
      {iconOnly ? null : said}
    </Button>
  );
}
