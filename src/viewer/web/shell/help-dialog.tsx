import { Button, DialogActions, DialogBody, DialogContent, DialogTitle } from "@fluentui/react-components";
import { listKeyHelp } from "../keys/use-keys.js";
import { PageDialog } from "../components/page-dialog.js";
import { browsing } from "../text/browsing.js";
import { shortcuts } from "../text/shortcuts.js";

export interface HelpDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Lists the keys of the current screen. */
export function HelpDialog({ isOpen, onClose }: HelpDialogProps) {
  const { title } = shortcuts;
  // Read while open: the keys depend on what the screen shows.
  const keys = isOpen ? listKeyHelp() : [];
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
