import express from 'express';
import type { Request, Response, Router } from 'express';
import type Provider from 'oidc-provider';
import { consentPage } from '../pages/consent-page.js';
import { sendPage } from '../pages/layout.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type Grant = InstanceType<Provider['Grant']>;
type Outcome = Parameters<Provider['interactionFinished']>[2];

/**
 * The page on which a user lets a client in. oidc-provider sends the browser here when an authorization needs its user.
 *
 * @param provider - the authorization server
 * @param sentences - what each scope means
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
    // The user may have signed out, or someone else in, while the page was open.
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

/** Says who the user is if the app knows; otherwise the app's own sign-in page comes first, and leads back here. */
async function signIn(
  provider: Provider,
  interaction: Interaction,
  request: Request,
  response: Response,
): Promise<void> {
  const { signedInAt = 0, userId } = request.session;
  const { reasons } = interaction.prompt;
  // The client asks that the user sign in now, whoever is signed in already (OpenID Connect Core §3.1.2.1).
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
    // A name can be anybody's. Where the answer goes cannot be made up.
    answerGoesTo: new URL(String(redirect)).host,
    asked: [...new Set(Object.values(missingIn(interaction).missingResourceScopes ?? {}).flat())],
    granted: resources.flatMap((one) => grant?.getResourceScope(one).split(' ') ?? []).filter((scope) => scope !== ''),
  };
}

/** Adds what was agreed to on the page to the grant, and notes what was not, so that it is not asked for at once again. */
async function saveGrant(provider: Provider, interaction: Interaction, agreed: ReadonlySet<string>): Promise<string> {
  const { missingOIDCScope = [], missingResourceScopes = {} } = missingIn(interaction);
  const accountId = interaction.session?.accountId ?? '';
  const clientId = String(interaction.params['client_id']);
  const grant = (await findGrant(provider, interaction)) ?? new provider.Grant({ accountId, clientId });
  // What was refused earlier is asked for anew, and may be agreed to now.
  delete grant.rejected;
  // The scopes of OpenID Connect itself protect nothing here.
  grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.filter((scope) => agreed.has(scope)).join(' '));
    grant.rejectResourceScope(resource, scopes.filter((scope) => !agreed.has(scope)).join(' '));
  }
  return grant.save();
}
