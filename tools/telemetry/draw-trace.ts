/** One span as it is drawn. */
export interface DrawnSpan {
  /** How many parents it has. */
  readonly depth: number;
  readonly party: 'HTTP' | 'MCP' | 'client' | 'tool' | 'upstream';
  readonly name: string;
  readonly kind: string;
  readonly facts: readonly string[];
  readonly startMs: number;
  readonly durationMs: number;
}

const width = 1000;
const namesWidth = 660;
const line = 28;
const top = 44;

// Dark enough for white and for each other, also without colours: names say the same.
const colours: Readonly<Record<DrawnSpan['party'], string>> = {
  client: '#6e40c9',
  HTTP: '#57606a',
  MCP: '#0969da',
  tool: '#1a7f37',
  upstream: '#bc4c00',
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/**
 * A trace as a picture: a line for each span, with a bar for when it was.
 *
 * @returns an SVG document
 */
export function drawTrace(title: string, spans: readonly DrawnSpan[]): string {
  const wholeMs = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
  const scale = (width - namesWidth - 16) / wholeMs;
  const height = top + spans.length * line + 12;
  const rows = spans.map((span, index) => drawSpan(span, top + index * line, scale));
  const spoken = spans.map(({ party, name, facts }) => [`${party}: ${name}`, ...facts].join(', ')).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" font-family="sans-serif" font-size="13" role="img" aria-labelledby="title desc">
  <title id="title">${escape(title)}</title>
  <desc id="desc">${escape(spoken)}</desc>
  <rect width="${String(width)}" height="${String(height)}" fill="#ffffff" />
  <text x="12" y="24" font-weight="bold" fill="#1f2328">${escape(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function drawSpan(
  { depth, party, name, kind, facts, startMs, durationMs }: DrawnSpan,
  y: number,
  scale: number,
): string {
  const x = 12 + depth * 18;
  const colour = colours[party];
  const bar = (namesWidth + startMs * scale).toFixed(1);
  const length = Math.max(2, durationMs * scale).toFixed(1);
  const stem =
    depth === 0 ? '' : `  <path d="M${String(x - 10)} ${String(y - 6)}v16h6" fill="none" stroke="#8c959f" />\n`;
  const more = facts.length === 0 ? '' : ` <tspan fill="#57606a">${escape(facts.join('; '))}</tspan>`;
  return `${stem}  <text x="${String(x)}" y="${String(y + 15)}" fill="${colour}"><tspan font-weight="bold">${party}</tspan> ${escape(name)} <tspan fill="#57606a">${kind}</tspan>${more}</text>
  <rect x="${bar}" y="${String(y + 4)}" width="${length}" height="14" rx="2" fill="${colour}" />`;
}
