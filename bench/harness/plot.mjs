/** Draws curves as an SVG that is readable on light and dark backgrounds. */

/** @typedef {{ title: string, points: readonly { label: string, value: number }[] }} Panel */

const [width, height, gap] = [300, 220, 24];
const plot = { left: 44, right: 20, top: 40, bottom: 34 };

/** The step between grid lines: 1, 2 or 5 times a power of ten, about four to a panel. @param {number} largest */
function stepOf(largest) {
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = rough / power;
  return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

/** One panel, with its own scale from zero. @param {Panel} panel @param {number} index */
function drawPanel({ title, points }, index) {
  const largest = Math.max(...points.map(({ value }) => value), Number.EPSILON);
  const step = stepOf(largest);
  const top = Math.ceil(largest / step) * step;
  const y = (/** @type {number} */ value) =>
    height - plot.bottom - (value / top) * (height - plot.top - plot.bottom);
  const x = (/** @type {number} */ place) =>
    plot.left + (place / Math.max(1, points.length - 1)) * (width - plot.left - plot.right);
  const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, line) => {
    const value = Number((line * step).toPrecision(6));
    const at = y(value).toFixed(1);
    return `<path class="rule" d="M${plot.left} ${at}H${width - plot.right}"/><text class="number" x="${plot.left - 6}" y="${at}" dy="4" text-anchor="end">${value}</text>`;
  });
  const marks = points.map(({ label, value }, place) => {
    const [cx, cy] = [x(place).toFixed(1), y(value).toFixed(1)];
    return `<circle cx="${cx}" cy="${cy}" r="4"/><text class="number" x="${cx}" y="${height - plot.bottom + 18}" text-anchor="middle">${label}</text>`;
  });
  const curve = points.map(({ value }, place) => `${x(place).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
  return [
    `<g transform="translate(${index * (width + gap)} 0)">`,
    `<text x="${plot.left}" y="20">${title}</text>`,
    ...lines,
    `<path class="curve" d="M${curve}"/>`,
    ...marks,
    "</g>",
  ].join("\n");
}

/** @param {readonly Panel[]} panels side by side */
export function drawPanels(panels) {
  const all = panels.length * (width + gap) - gap;
  const style = `text{font:13px system-ui,sans-serif;fill:#1f2328}.number{font-size:10px;fill:#59636e}.rule{stroke:#d1d9e0}.curve{fill:none;stroke:#0969da;stroke-width:2}circle{fill:#0969da}@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.number{fill:#9198a1}.rule{stroke:#3d444d}.curve{stroke:#4493f8}circle{fill:#4493f8}}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${height}" role="img">\n<title>${panels.map(({ title }) => title).join("; ")}</title>\n<style>${style}</style>\n${panels.map(drawPanel).join("\n")}\n</svg>\n`;
}
