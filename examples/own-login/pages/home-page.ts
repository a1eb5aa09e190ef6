import type { User } from '../accounts/users.js';
import type { Bookmark } from '../bookmarks/bookmarks.js';
import type { Page } from './layout.js';
import { escapeHtml } from './layout.js';

/** The contents of a user's home page. */
export interface HomeFacts {
  readonly user: User;
  readonly bookmarks: readonly Bookmark[];
  readonly clients: readonly { readonly grantId: string; readonly name: string; readonly may: string }[];
  /** Address of the MCP endpoint. */
  readonly endpoint: string;
}

/** The bookmarks of a user, the clients with access, and the button to sign out. */
export function homePage({ bookmarks, clients, endpoint, user }: HomeFacts): Page {
  const items = bookmarks.map(
    ({ id, title, url }) =>
      `<li><a href="${escapeHtml(url)}">${escapeHtml(title)}</a>${button('/bookmarks/delete', id, `Delete ${title}`)}</li>`,
  );
  const connected = clients.map(
    ({ grantId, may, name }) =>
      `<li><span>${escapeHtml(name)}: ${escapeHtml(may)}</span>${button('/account/disconnect', grantId, `Disconnect ${name}`)}</li>`,
  );
  return {
    title: `Bookmarks of ${user.name}`,
    body: `<ul>${items.join('')}</ul>
<form method="post" action="/bookmarks">
<label>Address <input name="url" type="url" required maxlength="2000"></label>
<label>Title <input name="title" required maxlength="200"></label>
<button class="main">Add</button>
</form>
<h2>Connected clients</h2>
<p>Connect an MCP client to <strong>${escapeHtml(endpoint)}</strong>; it brings you here to sign in.</p>
<ul>${connected.join('')}</ul>
<h2>Account</h2>
<form method="post" action="/sign-out"><button>Sign out, here and in all clients</button></form>
<form method="post" action="/account/delete"><button>Delete my account</button></form>`,
  };
}

function button(action: string, id: string, label: string): string {
  return `<form method="post" action="${action}"><button name="id" value="${escapeHtml(id)}" aria-label="${escapeHtml(label)}">×</button></form>`;
}
