/**
 * The program of a search's thread, as text: a thread of the bundled command line and of the single-file binary has no file
 * to load. For each text it answers with the first match of each line. A match of nothing, or of a line's end alone, is none.
 */
export const searchProgram = `
"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const pattern = new RegExp(workerData.source, workerData.flags);
parentPort.on("message", ({ text, maxMatches }) => {
  const found = [];
  pattern.lastIndex = 0;
  while (found.length < maxMatches && pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) break;
    const newline = text.indexOf("\\n", match.index);
    const lineEnd = newline === -1 ? text.length : newline;
    const end = Math.min(match.index + match[0].length, lineEnd);
    if (end > match.index) {
      found.push({ start: match.index, end });
      pattern.lastIndex = lineEnd + 1;
    } else {
      pattern.lastIndex = match.index + (text.codePointAt(match.index) > 0xffff ? 2 : 1);
    }
  }
  parentPort.postMessage(found);
});
`;
