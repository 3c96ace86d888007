import type { PaneHandle } from "./byte-pane.js";
import { type KeyHelp, useKeys } from "../keys/use-keys.js";

export interface PaneKeysContext {
  readonly pane: { readonly current: PaneHandle | null };
  readonly field: { readonly current: HTMLInputElement | null };
  readonly step: (by: number) => void;
  readonly onFollow: () => void;
  readonly onWrap: () => void;
  /** Goes to the next error, or with -1 to the previous one. */
  readonly onError?: (by: 1 | -1) => void;
  /** Copies lines. */
  readonly onCopy?: (() => void) | undefined;
  /** Shows lines of JSON as fields, or as they are. */
  readonly onFields?: (() => void) | undefined;
  /** Shows the times of lines in another way. */
  readonly onTimes?: (() => void) | undefined;
  /** Folds or unfolds all groups. */
  readonly onFoldAll?: (() => void) | undefined;
  /** Help for the keys that are available here. */
  readonly help: readonly KeyHelp[];
}

/** Handles the keys of a text, which are those of `less` where possible. */
export function usePaneKeys(context: PaneKeysContext, isActive: boolean): void {
  const { pane, field, step, onFollow, onWrap, onError, onCopy, onFields, onFoldAll, onTimes } = context;
  const toStart = () => pane.current?.goToStart();
  const toEnd = () => pane.current?.goToEnd();
  const moveDown = () => pane.current?.moveByRows(1);
  const moveUp = () => pane.current?.moveByRows(-1);
  const actions: Readonly<Record<string, (() => void) | undefined>> = {
    "/": () => field.current?.focus(),
    g: toStart,
    Home: toStart,
    G: toEnd,
    End: toEnd,
    n: () => {
      step(1);
    },
    N: () => {
      step(-1);
    },
    ...(onError && {
      e: () => {
        onError(1);
      },
      E: () => {
        onError(-1);
      },
    }),
    ...(onFoldAll && { z: onFoldAll }),
    ...(onTimes && { t: onTimes }),
    ...(onCopy && { c: onCopy }),
    ...(onFields && { v: onFields }),
    f: onFollow,
    w: onWrap,
    j: moveDown,
    ArrowDown: moveDown,
    k: moveUp,
    ArrowUp: moveUp,
    PageDown: () => pane.current?.moveByScreens(1),
    PageUp: () => pane.current?.moveByScreens(-1),
  };
  const handle = (key: string) => {
    const action = isActive && Object.hasOwn(actions, key) ? actions[key] : undefined;
    action?.();
    return action !== undefined;
  };
  useKeys(handle, isActive ? context.help : undefined);
}
