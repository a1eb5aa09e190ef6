import { escapeHtml, page } from './page.js';

/**
 * The page that asks who it is.
 *
 * @param client - name of the client that wants to know
 */
export function signInPage(client: string): string {
  return page(
    'Sign in',
    `<p><strong>${escapeHtml(client)}</strong> wants to act for you.</p>
<label>Your name <input type="text" name="account" value="developer" required maxlength="100" autofocus></label>
<button class="main" name="decision" value="allow">Sign in</button>
<button name="decision" value="deny" formnovalidate>Cancel</button>`,
  );
}
