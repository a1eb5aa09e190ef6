import express from 'express';
import type { Router } from 'express';
import type { Users } from '../accounts/users.js';
import type { Access } from '../authorization/access.js';
import { homePage } from '../pages/home-page.js';
import { sendPage } from '../pages/layout.js';
import type { Bookmarks } from './bookmarks.js';
import { isWebAddress } from './bookmarks.js';

/** Dependencies of the app's pages. */
export interface BookmarkPages {
  readonly bookmarks: Bookmarks;
  readonly users: Users;
  readonly access: Access;
  /** Address of the MCP endpoint. */
  readonly endpoint: string;
  /** Name of a client by its id. */
  readonly nameOfClient: (id: string) => Promise<string>;
}

/** The app's pages as before, with the new list of clients. */
export function bookmarkRoutes({ access, bookmarks, endpoint, nameOfClient, users }: BookmarkPages): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });

  router.get('/', async (request, response) => {
    const { userId } = request.session;
    const user = userId === undefined ? undefined : await users.find(userId);
    if (user === undefined) {
      response.redirect(303, '/sign-in');
      return;
    }
    const clients = (await access.list(user.id)).map(async ({ clientId, grantId, scopes }) => ({
      grantId,
      name: await nameOfClient(clientId),
      may: scopes.join(', '),
    }));
    const facts = { user, bookmarks: await bookmarks.search(user.id), clients: await Promise.all(clients), endpoint };
    sendPage(response, homePage(facts));
  });

  router.post('/bookmarks', form, async (request, response) => {
    const { title, url } = request.body as { readonly title?: unknown; readonly url?: unknown };
    const { userId } = request.session;
    if (userId === undefined) response.redirect(303, '/sign-in');
    else if (typeof title !== 'string' || typeof url !== 'string' || !isWebAddress(url)) response.status(400).end();
    else {
      await bookmarks.add(userId, { title: title.slice(0, 200), url });
      response.redirect(303, '/');
    }
  });

  router.post('/bookmarks/delete', form, async (request, response) => {
    const { id } = request.body as { readonly id?: unknown };
    const { userId } = request.session;
    if (userId !== undefined && typeof id === 'string') await bookmarks.delete(userId, id);
    response.redirect(303, '/');
  });

  return router;
}
