// Draws a terminal that shows a command and what it printed, for the README: text on standard input, SVG on standard output.
//
//   npm start -- --frames 4 | grep -v '^>' | node scripts/terminal-picture.mjs 'npm start -- --frames 4' > docs/images/npm-start.svg

import { text } from "node:stream/consumers";

import { terminalSvg } from "./terminal-svg.mjs";

const [command = ""] = process.argv.slice(2);
const printed = (await text(process.stdin)).trim().split("\n");
const lines = printed.map((line) => (line.startsWith("─") ? `\x1b[2m${line}\x1b[0m` : line));
process.stdout.write(terminalSvg([`\x1b[32m$ ${command}\x1b[0m`, "", ...lines]));
