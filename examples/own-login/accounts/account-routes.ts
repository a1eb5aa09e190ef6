import express from 'express';
import type { Request, Response, Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Access } from '../authorization/access.js';
import { credentialsPage } from '../pages/sign-in-page.js';
import type { CredentialsForm } from '../pages/sign-in-page.js';
import { sendPage } from '../pages/layout.js';
import { beginSession, endSession } from './browser-session.js';
import type { User, Users } from './users.js';

const minPasswordLength = 12;

/** Sign-in, sign-up, sign-out and deletion of an account. */
export function accountRoutes(users: Users, access: Access): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });
  // Attackers guess passwords from many addresses, too: see docs/own-login.md for more limits.
  const attempts = rateLimit({ windowMs: 15 * 60_000, limit: 30, skipSuccessfulRequests: true });

  for (const action of ['/sign-in', '/sign-up'] as const) {
    router.get(action, (request, response) => {
      sendPage(response, credentialsPage({ action, next: nextOf(request) }));
    });
  }

  router.post('/sign-in', attempts, form, async (request, response) => {
    const { name, password } = credentialsOf(request);
    const user = await users.signIn(name, password);
    if (user === undefined) complain(request, response, '/sign-in', 'There is no user with this name and password.');
    else await enter(request, response, user);
  });

  router.post('/sign-up', attempts, form, async (request, response) => {
    const { name, password } = credentialsOf(request);
    if (name === '' || name.length > 100 || password.length > 200 || password.length < minPasswordLength) {
      complain(
        request,
        response,
        '/sign-up',
        `Choose a name, and a password of ${String(minPasswordLength)} to 200 characters.`,
      );
      return;
    }
    const user = await users.create(name, password);
    if (user === undefined) complain(request, response, '/sign-up', 'This name is taken.');
    else await enter(request, response, user);
  });

  router.post('/sign-out', async (request, response) => {
    const { userId } = request.session;
    await endSession(request);
    // Signing out here also ends the access of clients. An app that wants them to stay connected leaves this line out, and keeps the
    // button that disconnects one client.
    if (userId !== undefined) await access.revokeAll(userId);
    response.redirect(303, '/');
  });

  router.post('/account/delete', async (request, response) => {
    const { userId } = request.session;
    await endSession(request);
    if (userId !== undefined) {
      // The user is deleted first, so that no token can be issued in between.
      await users.delete(userId);
      await access.revokeAll(userId);
    }
    response.redirect(303, '/');
  });

  router.post('/account/disconnect', form, async (request, response) => {
    const { id } = request.body as { readonly id?: string };
    const { userId } = request.session;
    if (userId !== undefined && typeof id === 'string') await access.revokeClient(userId, id);
    response.redirect(303, '/');
  });

  return router;
}

async function enter(request: Request, response: Response, user: User): Promise<void> {
  await beginSession(request, user);
  response.redirect(303, nextOf(request));
}

function complain(request: Request, response: Response, action: CredentialsForm['action'], problem: string): void {
  sendPage(response, credentialsPage({ action, next: nextOf(request), problem }), 400);
}

/** Where to go after signing in: always a path of this app, whatever the link contains. */
function nextOf(request: Request): string {
  const { next } = request.query;
  if (typeof next !== 'string') return '/';
  // `//evil.example` and `/\evil.example` are other hosts to a browser; a URL parser knows all such forms.
  const here = 'http://here.invalid';
  const url = URL.canParse(next, here) ? new URL(next, here) : undefined;
  return next.startsWith('/') && url?.origin === here ? url.pathname + url.search : '/';
}

function credentialsOf(request: Request): { readonly name: string; readonly password: string } {
  const { name, password } = (request.body ?? {}) as { readonly name?: unknown; readonly password?: unknown };
  return {
    name: typeof name === 'string' ? name.trim() : '',
    password: typeof password === 'string' ? password : '',
  };
}
