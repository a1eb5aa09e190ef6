import type { Page } from './layout.js';
import { escapeHtml } from './layout.js';

/** The contents of a form for a name and a password. */
export interface CredentialsForm {
  readonly action: '/sign-in' | '/sign-up';
  /** Path to go to afterwards. */
  readonly next: string;
  /** The problem of the last attempt. */
  readonly problem?: string | undefined;
}

/** The page to sign in or up on. */
export function credentialsPage({ action, next, problem }: CredentialsForm): Page {
  const isNew = action === '/sign-up';
  const query = `?next=${encodeURIComponent(next)}`;
  const other = isNew
    ? `<a href="/sign-in${query}">Sign in instead</a>`
    : `<a href="/sign-up${query}">Make an account instead</a>`;
  return {
    title: isNew ? 'Make an account' : 'Sign in',
    body: `${problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post" action="${action}${query}">
<label>Name <input name="name" autocomplete="username" required maxlength="100" autofocus></label>
<label>Password <input name="password" type="password" autocomplete="${isNew ? 'new' : 'current'}-password" required minlength="${isNew ? '12' : '1'}" maxlength="200"></label>
<button class="main">${isNew ? 'Make an account' : 'Sign in'}</button>
</form>
<p>${other}</p>`,
  };
}
