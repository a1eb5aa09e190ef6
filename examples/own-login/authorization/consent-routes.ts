import express from 'express';
import type { Request, Response, Router } from 'express';
import type Provider from 'oidc-provider';
import { consentPage } from '../pages/consent-page.js';
import { sendPage } from '../pages/layout.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type Grant = InstanceType<Provider['Grant']>;
type Outcome = Parameters<Provider['interactionFinished']>[2];

/**
 * The page on which a user gives a client access. oidc-provider sends the browser here if an authorization needs its user.
 *
 * @param provider - the authorization server
 * @param sentences - descriptions of the scopes
 */
export function consentRoutes(provider: Provider, sentences: Readonly<Record<string, string>>): Router {
  const router = express.Router();

  router.get('/oauth/consent/:uid', async (request, response) => {
    const interaction = await provider.interactionDetails(request, response);
    if (interaction.prompt.name === 'login') {
      await signIn(provider, interaction, request, response);
      return;
    }
    sendPage(response, consentPage(await consentFacts(provider, interaction), sentences));
  });

  router.post('/oauth/consent/:uid', express.urlencoded({ extended: false }), async (request, response) => {
    const interaction = await provider.interactionDetails(request, response);
    // While the page was open, the user may have signed out, or another user in.
    if (interaction.prompt.name !== 'consent' || interaction.session?.accountId !== request.session.userId) {
      response.redirect(303, request.path);
      return;
    }
    const { decision, scope = [] } = request.body as { readonly decision?: string; readonly scope?: string[] | string };
    const outcome: Outcome =
      decision === 'allow'
        ? { consent: { grantId: await saveGrant(provider, interaction, new Set([scope].flat())) } }
        : // RFC 6749 §4.1.2.1
          { error: 'access_denied', error_description: 'The user refused' };
    await provider.interactionFinished(request, response, outcome, { mergeWithLastSubmission: true });
  });

  return router;
}

/** Names the user if the app knows them; otherwise the app's own sign-in page comes first, and leads back here. */
async function signIn(
  provider: Provider,
  interaction: Interaction,
  request: Request,
  response: Response,
): Promise<void> {
  const { signedInAt = 0, userId } = request.session;
  const { reasons } = interaction.prompt;
  // The client asks for a new sign-in, even if a user is signed in (OpenID Connect Core §3.1.2.1).
  const mustBeNow = reasons.includes('login_prompt') || reasons.includes('max_age');
  if (userId === undefined || (mustBeNow && signedInAt < interaction.iat)) {
    response.redirect(303, `/sign-in?next=${encodeURIComponent(request.path)}`);
    return;
  }
  const outcome: Outcome = { login: { accountId: userId, ts: signedInAt } };
  await provider.interactionFinished(request, response, outcome, { mergeWithLastSubmission: false });
}

async function findGrant(provider: Provider, { grantId }: Interaction): Promise<Grant | undefined> {
  return grantId === undefined ? undefined : provider.Grant.find(grantId);
}

interface MissingScopes {
  readonly missingOIDCScope?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

const missingIn = ({ prompt }: Interaction): MissingScopes => prompt.details;

async function consentFacts(provider: Provider, interaction: Interaction): Promise<Parameters<typeof consentPage>[0]> {
  const { client_id: id, redirect_uri: redirect, resource } = interaction.params;
  const [client, grant] = await Promise.all([provider.Client.find(String(id)), findGrant(provider, interaction)]);
  const resources = [resource ?? []].flat().map(String);
  return {
    client: client?.clientName ?? String(id),
    clientId: String(id),
    // A client can choose any name, but it cannot forge the address of the answer.
    answerGoesTo: new URL(String(redirect)).host,
    asked: [...new Set(Object.values(missingIn(interaction).missingResourceScopes ?? {}).flat())],
    granted: resources.flatMap((one) => grant?.getResourceScope(one).split(' ') ?? []).filter((scope) => scope !== ''),
  };
}

/** Adds the scopes that the user agreed to to the grant, and records the others, so that they are not asked for again at once. */
async function saveGrant(provider: Provider, interaction: Interaction, agreed: ReadonlySet<string>): Promise<string> {
  const { missingOIDCScope = [], missingResourceScopes = {} } = missingIn(interaction);
  const accountId = interaction.session?.accountId ?? '';
  const clientId = String(interaction.params['client_id']);
  const grant = (await findGrant(provider, interaction)) ?? new provider.Grant({ accountId, clientId });
  // Scopes that were refused earlier are asked for again, and may be agreed to now.
  delete grant.rejected;
  // The scopes of OpenID Connect itself protect no data here.
  grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.filter((scope) => agreed.has(scope)).join(' '));
    grant.rejectResourceScope(resource, scopes.filter((scope) => !agreed.has(scope)).join(' '));
  }
  return grant.save();
}
