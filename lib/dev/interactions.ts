import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import { consentPage } from './consent-page.js';
import { signInPage } from './sign-in-page.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Whether a request is for one of the pages. */
export function isInteraction({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/interaction/');
}

/**
 * Shows the page that an authorization waits for, and takes what was entered there.
 *
 * @param provider - the provider
 * @param sentences - what the consent page says, by scope
 */
export async function handleInteraction(
  provider: Provider,
  sentences: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    // URLSearchParams reads what a browser's form sends; a page of ours is never longer than a few hundred bytes.
    const form = new URLSearchParams(await text(request));
    const result = await resultOf(provider, interaction, form);
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
    return;
  }
  const page =
    interaction.prompt.name === 'login'
      ? signInPage(await clientNameOf(provider, interaction))
      : consentPage(await consentFacts(provider, interaction), sentences);
  response.writeHead(200, pageHeaders).end(page);
}

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  // No scripts, nothing from elsewhere, and nobody may put the page into a frame.
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

async function clientNameOf(provider: Provider, { params }: Interaction): Promise<string> {
  const id = String(params['client_id']);
  const client = await provider.Client.find(id);
  return client?.clientName ?? id;
}

async function consentFacts(provider: Provider, interaction: Interaction): Promise<Parameters<typeof consentPage>[0]> {
  const grant = await findGrant(provider, interaction);
  const resources = [interaction.params['resource'] ?? []].flat().map(String);
  const granted = resources.flatMap((resource) => grant?.getResourceScope(resource).split(' ') ?? []);
  return {
    client: await clientNameOf(provider, interaction),
    account: interaction.session?.accountId ?? '',
    asked: askedScopes(interaction),
    granted: granted.filter((scope) => scope !== ''),
  };
}

type Grant = InstanceType<Provider['Grant']>;

async function findGrant(provider: Provider, { grantId }: Interaction): Promise<Grant | undefined> {
  return grantId === undefined ? undefined : provider.Grant.find(grantId);
}

interface MissingScopes {
  readonly missingOIDCScope?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

function missingIn({ prompt }: Interaction): MissingScopes {
  return prompt.details;
}

function askedScopes(interaction: Interaction): readonly string[] {
  return [...new Set(Object.values(missingIn(interaction).missingResourceScopes ?? {}).flat())];
}

async function resultOf(
  provider: Provider,
  interaction: Interaction,
  form: URLSearchParams,
): Promise<Parameters<Provider['interactionFinished']>[2]> {
  if (form.get('decision') === 'deny') {
    // RFC 6749 §4.1.2.1
    return { error: 'access_denied', error_description: 'The user refused' };
  }
  if (interaction.prompt.name === 'login') {
    return { login: { accountId: form.get('account')?.trim().slice(0, 100) ?? 'developer' } };
  }
  return { consent: { grantId: await saveGrant(provider, interaction, new Set(form.getAll('scope'))) } };
}

/** Adds what was agreed to on the page to the grant, and notes what was not, so that it is not asked for at once again. */
async function saveGrant(provider: Provider, interaction: Interaction, agreed: ReadonlySet<string>): Promise<string> {
  const { missingOIDCScope = [], missingResourceScopes = {} } = missingIn(interaction);
  const accountId = interaction.session?.accountId ?? '';
  const clientId = String(interaction.params['client_id']);
  const grant = (await findGrant(provider, interaction)) ?? new provider.Grant({ accountId, clientId });
  // What oidc-provider calls the scopes of its own endpoints (openid and the like) protects nothing here.
  grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.filter((scope) => agreed.has(scope)).join(' '));
    grant.rejectResourceScope(resource, scopes.filter((scope) => !agreed.has(scope)).join(' '));
  }
  return grant.save();
}
