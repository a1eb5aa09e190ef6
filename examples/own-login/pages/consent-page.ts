import type { Page } from './layout.js';
import { escapeHtml } from './layout.js';

/** The contents of a question for consent. */
export interface ConsentFacts {
  readonly client: string;
  /** An address for clients that publish a metadata document, an opaque id for those that registered. */
  readonly clientId: string;
  /** Host that gets the answer. */
  readonly answerGoesTo: string;
  /** Scopes that the client asks for and does not have. */
  readonly asked: readonly string[];
  /** Scopes that it has already. */
  readonly granted: readonly string[];
}

/**
 * The page that asks for consent. Each scope can be left out.
 *
 * @param facts - the client and its scopes
 * @param sentences - descriptions of the scopes
 */
export function consentPage(facts: ConsentFacts, sentences: Readonly<Record<string, string>>): Page {
  const meaning = (scope: string): string => escapeHtml(sentences[scope] ?? scope);
  const asked = facts.asked.map(
    (scope) =>
      `<li><label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> ${meaning(scope)}</label></li>`,
  );
  const granted = facts.granted.map((scope) => `<li>${meaning(scope)}</li>`);
  const publishes = facts.clientId.startsWith('https://')
    ? ` It is described at <strong>${escapeHtml(facts.clientId)}</strong>.`
    : ' It registered under this name itself; nobody has checked it.';
  return {
    title: facts.granted.length === 0 ? 'Allow access?' : 'Allow more access?',
    body: `<p><strong>${escapeHtml(facts.client)}</strong> asks to act for you.${publishes}
The answer goes to <strong>${escapeHtml(facts.answerGoesTo)}</strong>.</p>
<form method="post">
<p>It may from now on:</p>
<ul>${asked.join('')}</ul>
${granted.length === 0 ? '' : `<p>It may already:</p>\n<ul>${granted.join('')}</ul>`}
<button class="main" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  };
}
