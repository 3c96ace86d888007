const pane = [
  ["j  ↓", "next line"],
  ["k  ↑", "previous line"],
  ["Page Down  Page Up", "move by a screen"],
  ["g  Home", "go to the start"],
  ["G  End", "go to the end"],
] as const;

const search = [
  ["/", "search"],
  ["n  N", "next match, previous match"],
] as const;

const wrap = [
  ["w", "wrap lines"],
  ["v", "show lines of JSON as fields, or as they are"],
] as const;

/** The keys of the page, each with what it does, by where they work. The help of a screen lists those of its parts. */
export const shortcuts = {
  title: "Keyboard shortcuts",
  screen: [["?", "this help"]],
  up: [["u  Backspace", "go up: to the task, the job, the jobs"]],
  rows: [
    ["j  ↓", "next row"],
    ["k  ↑", "previous row"],
    ["Page Down  Page Up  Home  End", "move further"],
    ["Enter  o", "open"],
  ],
  tree: [["→  ←", "open and close a folder"]],
  selection: [
    ["x  Space", "select"],
    ["Shift + ↓  Shift + ↑", "select several rows"],
  ],
  file: [["d", "download the file"]],
  filter: [
    ["/", "filter this list; Enter there opens the first row"],
    ["Esc", "in the filter: clear it, then leave it"],
  ],
  refresh: [["r", "refresh"]],
  table: [
    ["n  N", "next rows, previous rows"],
    ["g  G", "first rows, last rows"],
  ],
  pictures: [["←  →", "previous picture, next picture"]],
  tabs: [["1  2  3", "show a tab"]],
  compare: [
    ["n  N", "next difference, previous difference"],
    ["i", "ignore times, numbers, identifiers and paths"],
  ],
  pane,
  text: [...pane, ...search, ...wrap],
  log: [
    ...pane,
    ...search,
    ["e  E", "next error, previous error"],
    ["c", "copy the selected lines, or those around the match or error"],
    ["t", "show the time of each line, the time since the start, or neither"],
    ["z", "fold or unfold all groups"],
    ["f", "follow the end"],
    ...wrap,
  ],
} as const;
