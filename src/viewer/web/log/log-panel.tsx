import { Button } from "@fluentui/react-components";
import { ArrowDownRegular } from "@fluentui/react-icons";
import {
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
  type RefObject,
} from "react";
import { useAnnouncedSilence } from "../components/use-announced-silence.js";
import { announce } from "../page/announcer.js";
import { formatBytes } from "../format/measures.js";
import { Empty } from "../components/states.js";
import { shortcuts } from "../text/shortcuts.js";
import { reading } from "../text/reading.js";
import { BytePane, type PaneHandle } from "../pane/byte-pane.js";
import type { FollowState, LogFile } from "./log-file.js";
import { createCopyAction } from "./copy-lines.js";
import { LogNotices } from "./log-notices.js";
import { TextRows } from "../pane/text-rows.js";
import { Overview } from "../pane/overview.js";
import { formatExtent } from "./problem-steps.js";
import { type FoldedSearch, useFoldedSearch } from "./use-folded-search.js";
import { useLineTimes } from "./times/use-line-times.js";
import { LogToolbar } from "./log-toolbar.js";
import { LogStatus } from "./log-status.js";
import type { PanePosition } from "../pane/scroll-scale.js";
import { useTextModel } from "../pane/use-text-model.js";
import { usePageColours } from "../pane/use-page-colours.js";
import { useLineSelection } from "../pane/use-line-selection.js";
import { usePaneKeys } from "../pane/use-pane-keys.js";

export interface LogPanelProps {
  readonly file: LogFile;
  readonly name: string;
  /** Whether this panel handles keys, and the page's address refers to its lines. */
  readonly isActive: boolean;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly onReload: () => void;
  /** More elements of its toolbar, such as a download button. */
  readonly children?: ReactNode;
}

/** One log. Opens at its end, or at the line in the page's address, and follows the end. */
export function LogPanel({ file, name, isActive, isWrapped, onWrap, onReload, children }: LogPanelProps) {
  const pane = useRef<PaneHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const state = useWatchedLog(file);
  const selection = useLineSelection(isActive);
  const { selected, select, getHref } = selection;
  const [start] = useState(() => selected?.start ?? ("end" as const));
  const text = useTextModel({ bytes: file.bytes, start });
  const { position, seen, onMove } = usePanePosition(file);
  const found = useFoldedSearch({ file, text, position, pane, isActive });
  const { part, search, problems, folding } = found;
  const times = useLineTimes(file);
  const pageColours = usePageColours();
  const onFollow = () => {
    if (position.isFollowing) pane.current?.stopFollowing();
    else pane.current?.goToEnd();
  };
  const onCopy = createCopyAction({ file, text, selection, hit: found.hit });
  usePaneKeys(
    {
      pane,
      field,
      step: search.step,
      onFollow,
      onWrap,
      ...(part && { onError: problems.step }),
      onCopy,
      onFields: text.json.toggle,
      onFoldAll: folding.toggleAll,
      onTimes: times.step,
      help: part ? shortcuts.log : shortcuts.pane,
    },
    isActive,
  );
  const shown = {
    numbers: text.numbers,
    matcher: found.matcher,
    hit: found.hit,
    selected,
    pageColours,
    getHref,
    onSelect: select,
    getFold: folding.getFold,
    onFold: folding.toggle,
    getTime: times.getTime,
  };
  return (
    <section className="log-panel" aria-label={reading.log.label(name)}>
      <LogToolbar
        panel={{ file, name, pane, field }}
        text={text}
        found={found}
        times={times}
        isWrapped={isWrapped}
        onWrap={onWrap}
        isFollowing={position.isFollowing}
        onFollow={state.isOver ? undefined : onFollow}
      >
        {children}
      </LogToolbar>
      <LogNotices file={file} state={state} onReload={onReload} />
      {state.size === 0 ? (
        <EmptyLog isOver={state.isOver} />
      ) : (
        <div className="pane-place">
          <BytePane
            bytes={file.bytes}
            model={folding.model}
            show={text.show}
            label={reading.log.label(name)}
            role="log"
            start={start}
            isWrapped={isWrapped}
            onMove={onMove}
            handle={pane}
          >
            {(rows) => <TextRows rows={rows} {...shown} />}
          </BytePane>
          {part !== undefined && <LogOverview found={found} size={state.size} />}
          <NewBytes count={position.isAtEnd ? 0 : state.size - seen} pane={pane} />
        </div>
      )}
      <LogStatus
        text={text}
        timesNote={times.note}
        state={state}
        position={position}
        selected={selected}
        onCopy={onCopy}
        onSelectNothing={() => {
          select(undefined, false);
        }}
      />
    </section>
  );
}

function LogOverview({ found, size }: { readonly found: FoldedSearch; readonly size: number }) {
  const { marks, problems, show } = found;
  return <Overview marks={marks} size={size} title={formatExtent(problems)} onOpen={show} />;
}

function EmptyLog({ isOver }: { readonly isOver: boolean }) {
  return (
    <Empty title={reading.empty.title} advice={isOver ? reading.log.emptyOver : reading.log.emptyAdvice} />
  );
}

interface NewBytesProps {
  readonly count: number;
  readonly pane: RefObject<PaneHandle | null>;
}

/** Tells how much is new, if anything. */
function NewBytes({ count, pane }: NewBytesProps) {
  if (count <= 0) return null;
  return (
    <Button
      className="pane-new"
      appearance="primary"
      icon={<ArrowDownRegular />}
      onClick={() => pane.current?.goToEnd()}
    >
      {reading.log.newBytes(formatBytes(count))}
    </Button>
  );
}

const atEnd: PanePosition = { offset: 0, isAtStart: false, isAtEnd: true, isFollowing: true };

/** Tracks the reader's position, and the size of the log when the reader last saw its end. */
function usePanePosition(file: LogFile) {
  const [{ position, seen }, setPosition] = useState({ position: atEnd, seen: file.state.size });
  const onMove = useCallback(
    (next: PanePosition) => {
      setPosition((before) => ({
        position: next,
        seen: next.isAtEnd || before.position.isAtEnd ? file.state.size : before.seen,
      }));
    },
    [file],
  );
  return { position, seen, onMove };
}

/** Follows a log, and announces its growth. */
function useWatchedLog(file: LogFile): FollowState {
  const state = useSyncExternalStore(file.subscribe, () => file.state);
  useEffect(() => file.watch(), [file]);
  useAnnouncedGrowth(state.size);
  useAnnouncedSilence(state.unansweredSince);
  return state;
}

/** Announces to screen readers that a log has grown, but not its lines, which would not end. */
function useAnnouncedGrowth(size: number): void {
  const heard = useRef(size);
  useEffect(() => {
    if (size > heard.current) announce(reading.log.grown(formatBytes(size - heard.current)));
    heard.current = size;
  }, [size]);
}
