import { Button, ToggleButton } from "@fluentui/react-components";
import type { ReactElement } from "react";

export interface ToolButtonProps {
  /** Its name for screen readers, and its tooltip. */
  readonly label: string;
  readonly icon?: ReactElement;
  /** Given: it stays pressed while it holds. */
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children?: string | undefined;
}

/** A small button among the tools of a log. */
export function ToolButton({ label, icon, isOn, isDisabled = false, onClick, children }: ToolButtonProps) {
  const common = {
    size: "small",
    appearance: "subtle",
    ...(icon && { icon }),
    disabled: isDisabled,
    "aria-label": label,
    title: label,
    onClick,
  } as const;
  return isOn === undefined ? (
    <Button {...common}>{children}</Button>
  ) : (
    <ToggleButton {...common} checked={isOn}>
      {children}
    </ToggleButton>
  );
}
