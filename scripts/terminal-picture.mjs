// Draws a terminal that shows a command and what it printed, for the README: text on standard input, SVG on standard output.
//
//   npm start -- --frames 4 | grep -v '^>' | node scripts/terminal-picture.mjs 'npm start -- --frames 4' > docs/images/npm-start.svg

import { text } from "node:stream/consumers";

const [command = ""] = process.argv.slice(2);
const lines = [`$ ${command}`, "", ...(await text(process.stdin)).trim().split("\n")];
const [characterWidth, lineHeight, margin, titleBar] = [7.83, 19, 20, 34];
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * characterWidth + 2 * margin);
const height = titleBar + lines.length * lineHeight + 2 * margin;

/** @param {string} line */
const escaped = (line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
/** @param {string} line */
const colourOf = (line) => (line.startsWith("$") ? "#7ee787" : line.startsWith("─") ? "#484f58" : "#e6edf3");
const rows = lines.map((line, row) => {
  const y = titleBar + margin + (row + 0.7) * lineHeight;
  // A reader's font may be wider or narrower than ours: textLength keeps the columns under each other.
  const length = (line.length * characterWidth).toFixed(1);
  return line === ""
    ? ""
    : `<text x="${margin}" y="${y.toFixed(1)}" fill="${colourOf(line)}" textLength="${length}">${escaped(line)}</text>`;
});

process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"
  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" xml:space="preserve">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/><circle cx="42" cy="18" r="6" fill="#febc2e"/><circle cx="62" cy="18" r="6" fill="#28c840"/>
${rows.filter(Boolean).join("\n")}
</svg>
`);
