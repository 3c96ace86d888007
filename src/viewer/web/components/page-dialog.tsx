import { Dialog, DialogSurface } from "@fluentui/react-components";
import type { ReactNode } from "react";

export interface PageDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Asks for an answer: a click beside it does not close it. */
  readonly isQuestion?: boolean;
  /** There only while it is open: what is typed and chosen in it is gone with it. */
  readonly children: ReactNode;
}

/**
 * What opens over the page. It stays in the page while it is closed: the rest of the page is hidden from screen readers while
 * a dialog is open, and only one that closes brings it back. The focus goes back to where `useRestoreFocusTarget` was.
 */
export function PageDialog({ isOpen, onClose, isQuestion = false, children }: PageDialogProps) {
  return (
    <Dialog
      open={isOpen}
      modalType={isQuestion ? "alert" : "modal"}
      onOpenChange={(_, { open }) => {
        if (!open) onClose();
      }}
    >
      <DialogSurface>{children}</DialogSurface>
    </Dialog>
  );
}
