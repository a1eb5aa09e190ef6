const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as HTML. Client names come from whoever registers, so everything that is shown goes through here.
 *
 * @param text - any text
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const style = `
  :root { color-scheme: light dark; --line: #8884; --accent: #2563eb; }
  * { box-sizing: border-box }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem }
  main { width: min(28rem, 100%); border: 1px solid var(--line); border-radius: 12px; padding: 1.75rem 2rem }
  h1 { font-size: 1.25rem; margin: 0 0 .5rem } p { margin: .5rem 0 1rem }
  small { color: #888 } ul { list-style: none; padding: 0; margin: 0 0 1.25rem }
  li { padding: .5rem 0; border-top: 1px solid var(--line) } li label { display: flex; gap: .75rem }
  code { font-size: .85em; color: #888; display: block }
  input[type=text] { width: 100%; font: inherit; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 8px; margin: .25rem 0 1.25rem }
  button { font: inherit; padding: .5rem 1.25rem; border-radius: 8px; border: 1px solid var(--line); background: none; cursor: pointer }
  button.main { background: var(--accent); border-color: var(--accent); color: #fff }`;

/**
 * A whole page with one form.
 *
 * @param title - escaped here
 * @param form - HTML that is safe already
 */
export function page(title: string, form: string): string {
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
<form method="post">
${form}
</form>
<small>Authorization server for development. Anybody gets in, under any name.</small>
</main>
</body>
</html>
`;
}
