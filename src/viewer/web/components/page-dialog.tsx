import { Dialog, DialogSurface } from "@fluentui/react-components";
import type { ReactNode } from "react";

export interface PageDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Requires an answer: a click outside does not close it. */
  readonly isQuestion?: boolean;
  /** Rendered only while open, so its state is reset when it closes. */
  readonly children: ReactNode;
}

/**
 * A modal dialog. It stays mounted while closed: Fluent hides the rest of the page from screen readers while a dialog is open,
 * and only a dialog that closes shows it again. The focus returns to the last `useRestoreFocusTarget`.
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
