import { escapeHtml, formPage } from './page.js';

/** The name of anyone who enters none. */
export const defaultAccount = 'developer';

/**
 * The page that asks who the user is. The field is empty and has the focus, so that a name can be typed at once.
 *
 * @param client - name of the client that wants to know
 */
export function signInPage(client: string): string {
  return formPage(
    'Sign in',
    `<p><strong>${escapeHtml(client)}</strong> wants to act for you.</p>
<label>Your name <input type="text" name="account" placeholder="${defaultAccount}" maxlength="100" autocomplete="username" autofocus></label>
<button class="main" name="decision" value="allow">Sign in</button>
<button name="decision" value="deny" formnovalidate>Cancel</button>`,
  );
}
