import { MessageBar, MessageBarBody, Select } from "@fluentui/react-components";
import { useCallback, useState, type ReactNode } from "react";
import { useLoaded } from "../api/use-loaded.js";
import { useQuery } from "../address/navigation.js";
import type { ViewedFile } from "../address/viewed-file.js";
import { DownloadButton } from "../components/download-button.js";
import { formatBytes } from "../format/measures.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { Empty, Failed, Loading } from "../components/states.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { Heading } from "../components/heading.js";
import { reading } from "../text/reading.js";
import { isGzip } from "../bytes/unpack-gzip.js";
import { UndecodedNote } from "../components/undecoded-note.js";
import { Digest } from "./digest.js";
import { EncodingChoice } from "../pane/encoding-choice.js";
import { ShareButton } from "../share/share-button.js";
import { useEncoding } from "../pane/use-encoding.js";
import { FileBody } from "./file-body.js";
import { chooseViewKind, getArchiveFormat, listViewKinds, type ViewKind } from "./view-kind.js";
import { openFile, type OpenFile } from "./opened/open-file.js";
import { getSourceLanguage } from "./views/source-language.js";
import "../pane/reading.css";
import "./file.css";
import "./print.css";

/** The screen of a file: shown in the view of its kind as far as that is safe, with a download. */
export function FileView({ viewed }: { readonly viewed: ViewedFile }) {
  const key = JSON.stringify(viewed);
  const [tries, setTries] = useState({ key, count: 0 });
  const load = useCallback(
    async (abortSignal: AbortSignal) => await openFile(JSON.parse(tries.key) as ViewedFile, { abortSignal }),
    [tries],
  );
  const opened = useLoaded(load);
  if (opened.state === "here") return <Opened file={opened.value} />;
  const retry = () => {
    setTries({ key, count: tries.count + 1 });
  };
  return (
    <div className="file-view">
      <FileHead path={viewed.source === "node" ? viewed.path : (viewed.entry ?? viewed.blobName)} />
      {opened.state === "loading" ? (
        <Loading />
      ) : (
        <Failed title={reading.failedToOpen} failure={opened.failure} onRetry={retry} />
      )}
    </div>
  );
}

/** Views of text without an encoding choice of their own. */
const readAsText: ReadonlySet<ViewKind> = new Set([
  "markdown",
  "json",
  "ndjson",
  "notebook",
  "table",
  "code",
]);

function Opened({ file }: { readonly file: OpenFile }) {
  const [query, changeQuery] = useQuery();
  const own = getDefaultKind(file);
  const kinds = listViewKinds(own);
  const kind = kinds.find((candidate) => candidate === query.get("as")) ?? own;
  const encoding = useEncoding(file.encoding ?? "utf-8");
  const { output } = file;
  return (
    <div className="file-view">
      <FileHead path={file.path}>
        <span className="quiet">
          {formatBytes(file.archive?.size ?? file.packed?.file.size ?? file.size)}
        </span>
        {output !== undefined && (
          <>
            <span className="quiet">
              <Moment iso={output.lastModified} />
            </span>
            <span className="quiet">{escapeInvisible(file.contentType ?? reading.file.noType)}</span>
          </>
        )}
        <span className="log-choices">
          <KindChoice
            kinds={kinds}
            kind={kind}
            onChoose={(next) => {
              changeQuery({ as: next === own ? undefined : next, at: undefined, to: undefined });
            }}
          />
          {readAsText.has(kind) && <EncodingChoice text={encoding} />}
          {output !== undefined && <ShareButton container={output.container} blobName={output.blobName} />}
          <DownloadButton address={file.address} name={file.path} appearance="primary" />
        </span>
      </FileHead>
      {output !== undefined && <Digest output={output} />}
      <div className="file-body">
        {file.archive !== undefined && <ArchiveNote file={file} archive={file.archive} />}
        {file.packed !== undefined && kind !== "hex" && (
          <MessageBar intent="info">
            <MessageBarBody>
              {reading.file.unpacked(file.packed.codings, formatBytes(file.size))}
              {file.packed.isPart && ` ${reading.file.unpackedPart}`}
            </MessageBarBody>
          </MessageBar>
        )}
        {file.undecoded !== undefined && <UndecodedNote failure={file.undecoded} />}
        {file.size === 0 ? (
          <Empty title={reading.empty.title} advice={reading.empty.advice} />
        ) : (
          <FileBody key={kind} file={kind === "hex" ? (file.packed?.file ?? file) : file} kind={kind} />
        )}
      </div>
    </div>
  );
}

interface ArchiveNoteProps {
  readonly file: OpenFile;
  readonly archive: NonNullable<OpenFile["archive"]>;
}

/** Leads back to the archive that a file is in. */
function ArchiveNote({ file, archive: { output, size } }: ArchiveNoteProps) {
  const { container, blobName, path } = output;
  const readBytes = file.packed?.file.size ?? file.size;
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        {reading.file.inArchive}{" "}
        <RouteLink to={{ screen: "view", container, blobName }} query={{}}>
          <Name text={path} />
        </RouteLink>
        {readBytes < size && ` ${reading.file.part(formatBytes(readBytes), formatBytes(size))}`}
      </MessageBarBody>
    </MessageBar>
  );
}

function FileHead({ path, children }: { readonly path: string; readonly children?: ReactNode }) {
  return (
    <header className="log-header">
      <Heading title={escapeInvisible(path)}>
        <Name text={path} />
      </Heading>
      {children}
    </header>
  );
}

/**
 * Chooses the default view. The frame for HTML needs a saved output that is not packed; other HTML is shown as source code.
 * Browsers load pictures, video and sound from their address, so packed ones are shown as bytes.
 */
function getDefaultKind(file: OpenFile): ViewKind {
  const traits = { ...file, path: file.kindPath ?? file.path };
  const kind = chooseViewKind(traits, (path) => getSourceLanguage(path) !== undefined);
  if (kind === "archive" && !canListArchive(file)) return "hex";
  if (file.packed !== undefined && ["picture", "video", "audio"].includes(kind)) return "hex";
  return kind === "html" && (file.output === undefined || file.packed !== undefined) ? "code" : kind;
}

/** The server lists saved archives; of packed ones only tar files, which are read from their start. */
function canListArchive({ output, packed, head, undecoded }: OpenFile): boolean {
  if (output === undefined || undecoded !== undefined) return false;
  return packed === undefined || (isGzip(packed.file.head) && getArchiveFormat(head) === "tar");
}

interface KindChoiceProps {
  readonly kinds: readonly ViewKind[];
  readonly kind: ViewKind;
  readonly onChoose: (kind: ViewKind) => void;
}

function KindChoice({ kinds, kind, onChoose }: KindChoiceProps) {
  return (
    <Select
      size="small"
      aria-label={reading.file.showAs}
      value={kind}
      onChange={(_, { value }) => {
        const chosen = kinds.find((candidate) => candidate === value);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {kinds.map((each) => (
        <option key={each} value={each}>
          {reading.file.kinds[each]}
        </option>
      ))}
    </Select>
  );
}
