/**
 * The program of the search thread, as text: the bundled command line and the single executable have no file that the
 * thread could load. For each text it answers with the first match of each line. Empty matches, and those of only a
 * line's end, are ignored.
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
