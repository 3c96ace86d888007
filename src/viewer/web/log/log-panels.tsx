import { useState } from "react";
import { addresses, type OutputItem } from "../../protocol/index.js";
import type { ViewedFile } from "../address/viewed-file.js";
import { DownloadButton } from "../components/download-button.js";
import { Name } from "../components/name.js";
import { createSavedLog, LogFile } from "./log-file.js";
import { LogPanel } from "./log-panel.js";

export interface LogPanelsProps {
  readonly viewed: ViewedFile;
  readonly file: LogFile;
  readonly output: OutputItem | undefined;
  /** The log to show beside it. */
  readonly companion: OutputItem | undefined;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly onReload: () => void;
}

/** A log, alone or beside its companion. The panel with the focus handles the keys. */
export function LogPanels({ viewed, file, output, companion, ...shared }: LogPanelsProps) {
  const [active, setActive] = useState(0);
  const name = getDisplayName(viewed, output);
  return (
    <div className="log-panels">
      <div
        className="log-side"
        onFocus={() => {
          setActive(0);
        }}
      >
        <LogPanel file={file} name={name} isActive={active === 0 || companion === undefined} {...shared}>
          {companion !== undefined && <Name text={name} />}
          <LogDownload viewed={viewed} name={name} />
        </LogPanel>
      </div>
      {companion !== undefined && (
        <div
          className="log-side"
          onFocus={() => {
            setActive(1);
          }}
        >
          <CompanionPanel key={companion.blobName} output={companion} isActive={active === 1} {...shared} />
        </div>
      )}
    </div>
  );
}

interface CompanionPanelProps {
  readonly output: OutputItem;
  readonly isActive: boolean;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly onReload: () => void;
}

function CompanionPanel({ output, ...shared }: CompanionPanelProps) {
  const [file] = useState(() => new LogFile(createSavedLog(output)));
  const { container, blobName } = output;
  return (
    <LogPanel file={file} name={output.path} {...shared}>
      <Name text={output.path} />
      <LogDownload viewed={{ source: "saved", container, blobName }} name={output.path} />
    </LogPanel>
  );
}

export function LogDownload({ viewed, name }: { readonly viewed: ViewedFile; readonly name: string }) {
  const address =
    viewed.source === "saved"
      ? addresses.content(viewed.container, viewed.blobName)
      : addresses.nodeFile(viewed.container, viewed.taskId, viewed.path);
  return <DownloadButton address={address} name={name} iconOnly />;
}

function getDisplayName(viewed: ViewedFile, output: OutputItem | undefined): string {
  return output?.path ?? (viewed.source === "node" ? viewed.path : viewed.blobName);
}
