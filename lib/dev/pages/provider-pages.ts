import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { errorPage } from './error-page.js';
import { page } from './page.js';
import { pageHeaders } from './send-page.js';

type Features = NonNullable<Configuration['features']>;
type SignOut = NonNullable<Features['rpInitiatedLogout']>;

/**
 * The page for an error of `oidc-provider` that no client can be told of, such as an unknown client.
 */
export const renderError: NonNullable<Configuration['renderError']> = (
  ctx,
  { error, error_description: description },
) => {
  const text = 'The application sent a request that this server cannot accept. Go back to it and start again.';
  show(ctx, errorPage('This does not work', text, { error, error_description: description }));
};

/** The pages of sign-out (OpenID Connect RP-Initiated Logout). */
export const signOutPages: Pick<SignOut, 'logoutSource' | 'postLogoutSuccessSource'> = {
  logoutSource: (ctx, form) => {
    const buttons = [
      '<button class="main" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>',
      '<button type="submit" form="op.logoutForm">Stay signed in</button>',
    ];
    show(ctx, page('Sign out?', [form, ...buttons].join('\n')));
  },
  postLogoutSuccessSource: (ctx) => {
    show(ctx, page('Signed out', '<p>You can close this page.</p>'));
  },
};

/** Addresses that the server does not have get a page of ours, too. */
export async function pageForUnknownAddress(ctx: UnknownContext, next: () => Promise<unknown>): Promise<void> {
  await next();
  if (ctx.status !== 404 || (ctx.body !== undefined && ctx.body !== null)) return;
  const text = 'There is no page at this address. See /.well-known/openid-configuration for those that exist.';
  ctx.set({ ...pageHeaders });
  ctx.body = errorPage('Not found', text);
  // Koa takes a body for a success.
  ctx.status = 404;
}

/** The part of Koa's context that the page needs. */
interface UnknownContext {
  status: number;
  body: unknown;
  set(fields: Record<string, string>): void;
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.set({ ...pageHeaders });
  ctx.body = html;
}
