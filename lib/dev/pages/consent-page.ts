import { escapeHtml, formPage } from './page.js';

/** The facts that the consent page shows. */
export interface ConsentFacts {
  readonly client: string;
  readonly account: string;
  /** Scopes that the client asks for and does not have. */
  readonly asked: readonly string[];
  /** Scopes that it has already. */
  readonly granted: readonly string[];
}

/**
 * The page that asks for consent. Each scope can be left out.
 *
 * @param facts - the client, the user and the scopes
 * @param sentences - descriptions of the scopes
 */
export function consentPage(facts: ConsentFacts, sentences: ReadonlyMap<string, string>): string {
  const client = `<strong>${escapeHtml(facts.client)}</strong>`;
  const account = `<strong>${escapeHtml(facts.account)}</strong>`;
  const line = (scope: string): string =>
    `<span>${escapeHtml(sentences.get(scope) ?? scope)}<code>${escapeHtml(scope)}</code></span>`;
  const asked = facts.asked.map(
    (scope) =>
      `<li><label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked>${line(scope)}</label></li>`,
  );
  const granted = facts.granted.map((scope) => `<li>${line(scope)}</li>`);
  return formPage(
    titleOf(facts),
    [
      asked.length === 0
        ? `<p>${client} wants to go on acting for ${account}.</p>`
        : `<p>${client} asks ${account} for permission to:</p>\n<ul>${asked.join('')}</ul>`,
      ...(granted.length === 0 ? [] : [`<p>It may already:</p>`, `<ul>${granted.join('')}</ul>`]),
      '<button class="main" name="decision" value="allow">Allow</button>',
      '<button name="decision" value="deny">Deny</button>',
    ].join('\n'),
  );
}

function titleOf({ asked, granted }: ConsentFacts): string {
  if (granted.length === 0) return 'Allow access?';
  return asked.length === 0 ? 'Go on?' : 'Allow more access?';
}
