import type { Response } from 'express';

/** A page: its title, and its body as safe HTML. */
export interface Page {
  readonly title: string;
  readonly body: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for HTML. Anyone can choose the names of clients and bookmarks, so all texts are escaped here. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Sends a page. Browsers refuse to put it into a frame, and it loads nothing but the style sheet. */
export function sendPage(response: Response, { title, body }: Page, status = 200): void {
  response
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      // There is no form-action: Chromium applies it to redirects as well, and a consent ends at the client's own address.
      'Content-Security-Policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    })
    .type('html').send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`);
}

export const styleSheet = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 25%, transparent); --accent: #1d4ed8 }
* { box-sizing: border-box }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1rem }
main { width: min(34rem, 100%); margin: 2rem auto; overflow-wrap: anywhere }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
label { display: block; margin: .75rem 0 } label > input:not([type=checkbox]) { display: block; width: 100% }
input:not([type=checkbox]) { font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: .4rem }
button { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer }
button.main { background: var(--accent); color: #fff; border-color: var(--accent) }
ul { list-style: none; padding: 0 }
li { display: flex; gap: .75rem; justify-content: space-between; align-items: baseline; padding: .5rem 0; border-top: 1px solid var(--line) }
li form { margin: 0 } li label { margin: 0; display: flex; gap: .75rem }
[role=alert] { border-left: .25rem solid #dc2626; padding-left: .75rem }
`;
