import { Button, ToggleButton } from "@fluentui/react-components";
import type { ReactElement } from "react";

export interface ToolButtonProps {
  /** The name for screen readers, and the tooltip. */
  readonly label: string;
  readonly icon?: ReactElement;
  /** If given, a toggle button that is pressed while true. */
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children?: string | undefined;
}

/** A small button in a toolbar. */
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
