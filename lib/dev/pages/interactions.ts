import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import type { ResolvedDevOptions } from '../dev-options.js';
import { acrValuesOf, strongerSignIn } from '../provider/interaction-policy.js';
import { confirmPage } from './confirm-page.js';
import { consentPage } from './consent-page.js';
import { sendPage } from './send-page.js';
import { defaultAccount, signInPage } from './sign-in-page.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Whether a request is for one of the pages. */
export function isInteraction({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/interaction/');
}

/**
 * Shows the page that an authorization waits for, and takes what was entered there.
 *
 * @param provider - the provider
 * @param options - resolved options
 */
export async function handleInteraction(
  provider: Provider,
  options: ResolvedDevOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    // URLSearchParams reads what a browser's form sends; a page of ours is never longer than a few hundred bytes.
    const form = new URLSearchParams(await text(request));
    const result = await resultOf(provider, interaction, form, options);
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
    return;
  }
  sendPage(response, 200, await pageOf(provider, interaction, options));
}

async function pageOf(provider: Provider, interaction: Interaction, options: ResolvedDevOptions): Promise<string> {
  if (interaction.prompt.name !== 'login') {
    return consentPage(await consentFacts(provider, interaction), options.scopes);
  }
  const client = await clientNameOf(provider, interaction);
  if (!isConfirmation(interaction)) return signInPage(client);
  const maxAge = interaction.params['max_age'];
  return confirmPage({
    client,
    account: accountOf(interaction),
    acr: reachedAcr(interaction, options),
    maxAgeSeconds: typeof maxAge === 'string' || typeof maxAge === 'number' ? String(maxAge) : undefined,
  });
}

/** Reasons to ask a user again who is signed in and stays the same. */
const confirmationReasons: readonly string[] = [strongerSignIn, 'max_age'];

function isConfirmation({ prompt, session }: Interaction): boolean {
  return session?.accountId !== undefined && prompt.reasons.every((reason) => confirmationReasons.includes(reason));
}

function accountOf({ session }: Interaction): string {
  return session?.accountId ?? defaultAccount;
}

/** The preferred one of those that were asked for and can be reached. */
function reachedAcr({ params }: Interaction, { acrValues }: ResolvedDevOptions): string | undefined {
  return acrValuesOf(params).find((value) => acrValues.includes(value));
}

/** A client that is identified by a URL says nothing that was checked but the host of that URL, so that is shown too. */
async function clientNameOf(provider: Provider, { params }: Interaction): Promise<string> {
  const id = String(params['client_id']);
  const client = await provider.Client.find(id);
  const name = client?.clientName ?? id;
  return URL.canParse(id) ? `${name} (${new URL(id).host})` : name;
}

async function consentFacts(provider: Provider, interaction: Interaction): Promise<Parameters<typeof consentPage>[0]> {
  const grant = await findGrant(provider, interaction);
  const resources = [interaction.params['resource'] ?? []].flat().map(String);
  const granted = resources.flatMap((resource) => grant?.getResourceScope(resource).split(' ') ?? []);
  return {
    client: await clientNameOf(provider, interaction),
    account: accountOf(interaction),
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
  options: ResolvedDevOptions,
): Promise<Parameters<Provider['interactionFinished']>[2]> {
  if (form.get('decision') === 'deny') {
    // RFC 6749 §4.1.2.1
    return { error: 'access_denied', error_description: 'The user refused' };
  }
  if (interaction.prompt.name === 'login') {
    return { login: loginOf(interaction, form, options) };
  }
  return { consent: { grantId: await saveGrant(provider, interaction, new Set(form.getAll('scope'))) } };
}

function loginOf(
  interaction: Interaction,
  form: URLSearchParams,
  options: ResolvedDevOptions,
): { readonly accountId: string; readonly acr?: string } {
  if (!isConfirmation(interaction)) {
    const account = form.get('account')?.trim().slice(0, 100) ?? '';
    return { accountId: account === '' ? defaultAccount : account };
  }
  // A fresher sign-in is as strong as the one before.
  const acr = reachedAcr(interaction, options) ?? interaction.session?.acr;
  return { accountId: accountOf(interaction), ...(acr === undefined ? {} : { acr }) };
}

/** Adds the scopes that the user agreed to to the grant, and records the others, so that they are not asked for again at once. */
async function saveGrant(provider: Provider, interaction: Interaction, agreed: ReadonlySet<string>): Promise<string> {
  const { missingOIDCScope = [], missingResourceScopes = {} } = missingIn(interaction);
  const accountId = accountOf(interaction);
  const clientId = String(interaction.params['client_id']);
  const grant = (await findGrant(provider, interaction)) ?? new provider.Grant({ accountId, clientId });
  // Scopes that were refused in an earlier authorization are asked for again, and the user may agree now.
  delete grant.rejected;
  // Scopes of oidc-provider's own endpoints (openid and the like) protect nothing here.
  grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.filter((scope) => agreed.has(scope)).join(' '));
    grant.rejectResourceScope(resource, scopes.filter((scope) => !agreed.has(scope)).join(' '));
  }
  return grant.save();
}
