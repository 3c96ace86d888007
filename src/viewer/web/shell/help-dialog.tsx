import { Button, DialogActions, DialogBody, DialogContent, DialogTitle } from "@fluentui/react-components";
import { PageDialog } from "../parts/page-dialog.js";
import { browsing } from "../text/browsing.js";

export interface HelpDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What the keys do. */
export function HelpDialog({ isOpen, onClose }: HelpDialogProps) {
  const { title, keys } = browsing.shortcuts;
  return (
    <PageDialog isOpen={isOpen} onClose={onClose}>
      <DialogBody>
        <DialogTitle>{title}</DialogTitle>
        <DialogContent>
          <dl className="shortcuts">
            {keys.map(([names, meaning]) => (
              <div key={names}>
                <dt>
                  {names.split("  ").map((name) => (
                    <kbd key={name}>{name}</kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </DialogContent>
        <DialogActions>
          <Button appearance="primary" onClick={onClose}>
            {browsing.close}
          </Button>
        </DialogActions>
      </DialogBody>
    </PageDialog>
  );
}
