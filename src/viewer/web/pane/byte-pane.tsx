import {
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Loading } from "../components/states.js";
import type { ByteWindow } from "../bytes/byte-window.js";
import { collectRows } from "../rows/collect-rows.js";
import { type DrawAnchor, PaneScroller } from "./pane-scroller.js";
import type { Row, RowModel } from "../rows/rows.js";
import type { PanePosition } from "./scroll-scale.js";

/** Controls a pane. */
export interface PaneHandle {
  goToStart(): void;
  goToEnd(): void;
  /** Stops following the end. */
  stopFollowing(): void;
  goTo(offset: number): void;
  moveByRows(count: number): void;
  moveByScreens(count: number): void;
  focus(): void;
}

export interface BytePaneProps<Shown extends Row> {
  readonly bytes: ByteWindow;
  readonly model: RowModel;
  /** Converts rows of the model to the rows that are shown. Must be stable. */
  readonly show: (rows: readonly Row[]) => readonly Shown[];
  /** Renders one element per row, with the row's start as its key. */
  readonly children: (rows: readonly Shown[]) => ReactNode;
  readonly label: string;
  readonly role: "log" | "region";
  readonly start: DrawAnchor;
  readonly isWrapped: boolean;
  readonly onMove: (place: PanePosition) => void;
  readonly handle: Ref<PaneHandle>;
}

/** The height of a row that is not wrapped: `.pane-row` in log.css. */
const rowHeight = 20;

/**
 * Shows the rows of a file of any length. Only rows near the visible area are rendered; their bytes are fetched as the reader
 * moves.
 */
export function BytePane<Shown extends Row>(props: BytePaneProps<Shown>) {
  const { bytes, model, show, children, label, role, start, isWrapped, onMove, handle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const rowsBox = useRef<HTMLDivElement>(null);
  const movement = useRef<PaneScroller>(null);
  const [around, draw] = useState<DrawAnchor>(start);
  const [height, setHeight] = useState(600);
  const version = useSyncExternalStore(bytes.subscribe, () => bytes.version);

  const perScreen = Math.ceil(height / rowHeight);
  const collected = useMemo(
    () => collectPaneRows({ bytes, model, show }, around, perScreen, version),
    [bytes, model, show, around, perScreen, version],
  );
  const { rows, wanted } = collected;

  useLayoutEffect(() => {
    if (!scroller.current || !space.current || !viewport.current || !rowsBox.current) return;
    const elements = {
      scroller: scroller.current,
      space: space.current,
      viewport: viewport.current,
      rows: rowsBox.current,
    };
    const moving = new PaneScroller(elements, { draw, onMove }, start);
    movement.current = moving;
    let width = elements.scroller.clientWidth;
    const resizes = new ResizeObserver(() => {
      setHeight(elements.scroller.clientHeight);
      if (elements.scroller.clientWidth !== width) moving.relayout();
      width = elements.scroller.clientWidth;
    });
    resizes.observe(elements.scroller);
    return () => {
      resizes.disconnect();
      moving.close();
    };
  }, [bytes, onMove, start]);
  useLayoutEffect(() => {
    movement.current?.update(rows, bytes.store.size);
  }, [rows, bytes, height]);
  useLayoutEffect(() => {
    movement.current?.relayout();
  }, [isWrapped]);
  useEffect(() => {
    bytes.load(wanted);
  }, [bytes, wanted]);
  useImperativeHandle(handle, () => createHandle(movement, scroller), []);

  return (
    <div ref={scroller} className="pane" role={role} aria-live="off" aria-label={label} tabIndex={0}>
      <div ref={space} className="pane-space">
        <div ref={viewport} className="pane-viewport">
          <div ref={rowsBox} className={isWrapped ? "pane-rows pane-wrapped" : "pane-rows"}>
            {children(rows)}
          </div>
          {rows.length === 0 && bytes.store.size > 0 && bytes.failure === undefined && <Loading />}
        </div>
      </div>
    </div>
  );
}

/** @param _version Changes when bytes are loaded. */
function collectPaneRows<Shown extends Row>(
  { bytes, model, show }: Pick<BytePaneProps<Shown>, "bytes" | "model" | "show">,
  around: DrawAnchor,
  perScreen: number,
  _version: number,
) {
  const { size } = bytes.store;
  const anchor = around === "end" ? Math.max(0, size - 1) : around;
  const before = around === "end" ? 2 * perScreen : perScreen + 5;
  return collectRows(model, anchor, { before, after: 2 * perScreen + 5, size, show });
}

function createHandle(
  movement: { readonly current: PaneScroller | null },
  scroller: { readonly current: HTMLElement | null },
): PaneHandle {
  return {
    goToStart: () => movement.current?.scrollTo(0),
    goToEnd: () => movement.current?.scrollToEnd(),
    stopFollowing: () => movement.current?.stopFollowing(),
    goTo: (offset) => movement.current?.scrollTo(offset),
    moveByRows: (count) => movement.current?.scrollBy(count * rowHeight),
    moveByScreens: (count) =>
      movement.current?.scrollBy(count * ((scroller.current?.clientHeight ?? 0) - rowHeight)),
    focus: () => scroller.current?.focus({ preventScroll: true }),
  };
}
