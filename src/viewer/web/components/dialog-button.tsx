import { Button, type ButtonProps, useRestoreFocusTarget } from "@fluentui/react-components";

/** A button that opens a `PageDialog`, to which the focus returns when that closes. */
export function DialogButton(props: ButtonProps) {
  return <Button aria-haspopup="dialog" {...useRestoreFocusTarget()} {...props} />;
}
