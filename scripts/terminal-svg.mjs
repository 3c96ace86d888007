/** Draws a terminal's screen as an SVG: lines as a program writes them, with its colours (SGR escape sequences). */

const [characterWidth, lineHeight, margin, titleBar] = [7.83, 19, 20, 34];
const plain = { fill: "#e6edf3", bold: false };
/** @type {Readonly<Record<string, string>>} */
const fills = { 2: "#6e7681", 31: "#ff7b72", 32: "#7ee787", 33: "#f2cc60" };

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/**
 * @param {typeof plain} style
 * @param {string} codes as they stand between "ESC [" and "m"
 */
function styleAfter(style, codes) {
  let { fill, bold } = style;
  for (const code of codes === "" ? ["0"] : codes.split(";")) {
    if (code === "0") ({ fill, bold } = plain);
    else if (code === "1") bold = true;
    else if (code === "39" || code === "22") fill = plain.fill;
    else fill = fills[code] ?? fill;
  }
  return { fill, bold };
}

/**
 * @param {readonly string[]} lines
 * @param {number} [columns] the terminal's width; that of the widest line if omitted
 */
export function terminalSvg(lines, columns = 0) {
  /** @type {string[]} */
  const drawn = [];
  let style = plain;
  let widest = columns;
  for (const [row, line] of lines.entries()) {
    const y = titleBar + margin + (row + 0.7) * lineHeight;
    let column = 0;
    // eslint's no-control-regex is off here, as everywhere: escape sequences are what this reads.
    for (const [index, part] of line.split(/\x1b\[([\d;]*)m/).entries()) {
      if (index % 2 === 1) style = styleAfter(style, part);
      else if (part !== "") {
        const lead = part.length - part.trimStart().length;
        const text = part.trim();
        const x = margin + (column + lead) * characterWidth;
        // A reader's font may be wider or narrower than ours: textLength keeps the columns under each other.
        const length = (text.length * characterWidth).toFixed(1);
        const weight = style.bold ? ' font-weight="bold"' : "";
        if (text !== "")
          drawn.push(
            `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${style.fill}"${weight} textLength="${length}">${escaped(text)}</text>`,
          );
        column += part.length;
      }
    }
    widest = Math.max(widest, column);
  }
  const width = Math.ceil(widest * characterWidth + 2 * margin);
  const height = titleBar + lines.length * lineHeight + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"
  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" xml:space="preserve">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/><circle cx="42" cy="18" r="6" fill="#febc2e"/><circle cx="62" cy="18" r="6" fill="#28c840"/>
${drawn.join("\n")}
</svg>
`;
}
