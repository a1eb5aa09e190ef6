// A table as a picture: a bar for each line, as long as its rate is to the first line's.

const width = 760;
const labels = 300;
const line = 26;
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * @param {{ title: string, rows: readonly { id: string, title: string, rateRatio: number }[] }} table
 * @param {string} us - beginning of the ids that are ours
 * @returns {string} an SVG document
 */
export function drawChart({ title, rows }, us) {
  const longest = Math.max(...rows.map(({ rateRatio }) => rateRatio));
  const scale = (width - labels - 60) / longest;
  const sorted = [...rows].sort((one, other) => other.rateRatio - one.rateRatio);
  const height = 50 + sorted.length * line;
  const bars = sorted.map(({ id, title: label, rateRatio }, index) => {
    const top = 40 + index * line;
    const length = (rateRatio * scale).toFixed(1);
    return [
      `  <text x="${labels - 8}" y="${top + 15}" text-anchor="end">${escape(label)}</text>`,
      `  <rect x="${labels}" y="${top + 2}" width="${length}" height="18" fill="${id.startsWith(us) ? '#1f6feb' : '#9aa4b2'}" />`,
      `  <text x="${labels + Number(length) + 6}" y="${top + 15}">${rateRatio.toFixed(2)}</text>`,
    ].join('\n');
  });
  const one = (labels + scale).toFixed(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" role="img">
  <title>${escape(title)}: requests per second as a multiple of bare Express by hand</title>
  <rect width="${width}" height="${height}" fill="#ffffff" />
  <text x="10" y="22" font-weight="bold">${escape(title)} (× bare Express by hand)</text>
  <line x1="${one}" y1="34" x2="${one}" y2="${height - 8}" stroke="#d0d7de" />
${bars.join('\n')}
</svg>
`;
}
