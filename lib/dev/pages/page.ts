const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes text for HTML. Any client can choose its name, so all texts are escaped here.
 *
 * @param text - any text
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

// Text has a contrast of at least 4.5 : 1 to its background, borders of controls 3 : 1, in both colour schemes.
const style = `
  :root { color-scheme: light dark; --muted: #595959; --line: #8884; --border: #767676; --accent: #2563eb }
  @media (prefers-color-scheme: dark) { :root { --muted: #b0b0b0; --border: #8a8a8a } }
  * { box-sizing: border-box }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
    background: Canvas; color: CanvasText }
  main { width: min(28rem, 100%); min-width: 0; border: 1px solid var(--line); border-radius: 12px; padding: clamp(1rem, 6vw, 2rem);
    overflow-wrap: anywhere }
  h1 { font-size: 1.25rem; margin: 0 0 .5rem } p { margin: .5rem 0 1rem }
  small { color: var(--muted) } ul { list-style: none; padding: 0; margin: 0 0 1.25rem }
  li { padding: .5rem 0; border-top: 1px solid var(--line) } li label { display: flex; gap: .75rem } li span { min-width: 0 }
  code { font-size: .85em; color: var(--muted); display: block }
  input[type=text] { width: 100%; font: inherit; padding: .5rem .75rem; border: 1px solid var(--border); border-radius: 8px; margin: .25rem 0 1.25rem }
  ::placeholder { color: var(--muted); opacity: 1 }
  button { font: inherit; padding: .5rem 1.25rem; border-radius: 8px; border: 1px solid var(--border); background: none; color: inherit;
    cursor: pointer; margin: 0 .25rem .75rem 0 }
  button.main { background: var(--accent); border-color: var(--accent); color: #fff }`;

/**
 * A whole page.
 *
 * @param title - escaped here
 * @param content - HTML that is safe already
 */
export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
<small>Authorization server for development. Anyone gets in, under any name.</small>
</main>
</body>
</html>
`;
}

/**
 * A page with one form, which is sent to the page's own address.
 *
 * @param title - escaped here
 * @param fields - HTML that is safe already
 */
export function formPage(title: string, fields: string): string {
  return page(title, `<form method="post">\n${fields}\n</form>`);
}
