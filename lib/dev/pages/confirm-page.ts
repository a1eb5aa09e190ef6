import { escapeHtml, formPage } from './page.js';

/** Why a user who is signed in is asked again. */
export interface ConfirmFacts {
  readonly client: string;
  readonly account: string;
  /** Authentication context class that the sign-in will have; undefined if only its age matters. */
  readonly acr: string | undefined;
  /** How many seconds ago the user may have signed in; undefined if only its strength matters. */
  readonly maxAgeSeconds: string | undefined;
}

/**
 * The page that asks for a stronger or fresher sign-in (RFC 9470).
 *
 * @param facts - the client, the user and the demand
 */
export function confirmPage({ client, account, acr, maxAgeSeconds }: ConfirmFacts): string {
  const wanted = [
    ...(acr === undefined ? [] : [`<li>A stronger sign-in<code>${escapeHtml(acr)}</code></li>`]),
    ...(maxAgeSeconds === undefined
      ? []
      : [`<li>A sign-in of the last ${escapeHtml(maxAgeSeconds)} seconds<code>max_age</code></li>`]),
  ];
  return formPage(
    'Confirm that it is you',
    `<p><strong>${escapeHtml(client)}</strong> asks <strong>${escapeHtml(account)}</strong> for:</p>
<ul>${wanted.join('')}</ul>
<p>Here a click is enough. A real server would ask for a password or a second factor.</p>
<button class="main" name="decision" value="allow" autofocus>Confirm</button>
<button name="decision" value="deny">Cancel</button>`,
  );
}
