import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { AppOptions } from '../app.js';
import { newCookieSecret, newSigningKey } from '../config.js';
import type { RunningApp } from '../start.js';
import { startApp } from '../start.js';
import { Visitor } from './support/browser.js';
import { Connection } from './support/connection.js';
import { pglite, postgres, withoutPostgres } from './support/databases.js';

const metadataUrl = 'https://client.example/metadata.json';

/** The only client ID metadata document on the internet of these tests. */
const fetchMetadata: NonNullable<AppOptions['fetch']> = (url) => {
  if (new Request(url).url !== metadataUrl) return Promise.resolve(new Response('', { status: 404 }));
  return Promise.resolve(
    Response.json({
      client_id: metadataUrl,
      client_name: 'Published client',
      redirect_uris: ['http://127.0.0.1:33333/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    }),
  );
};

for (const [kind, make, skip] of [
  ['PGlite', pglite, false],
  ['PostgreSQL', postgres, withoutPostgres],
] as const) {
  describe(`an app with its own login, on ${kind}`, { skip }, () => {
    const database = make();
    const folder = mkdtempSync(path.join(tmpdir(), 'own-login-'));
    const oldKey = newSigningKey();
    let app: RunningApp;
    let count = 0;

    async function start(): Promise<void> {
      app = await startApp(
        await database.open(),
        { port: 0, folder },
        { fetch: fetchMetadata, router: { keepAliveSeconds: 1 } },
      );
    }

    /** A user with an account at the running app. */
    async function newVisitor(): Promise<Visitor> {
      const visitor = new Visitor(app.config.publicUrl.origin, `user ${String(++count)}`);
      await visitor.signUp();
      return visitor;
    }

    async function connected(visitor: Visitor, name?: string): Promise<Connection> {
      const connection = new Connection(app.endpoint, visitor, name === undefined ? {} : { name });
      await connection.connect();
      return connection;
    }

    /** A stream that stays open until the server ends it. */
    async function openStream(connection: Connection): Promise<{ readonly ended: Promise<string> }> {
      const client = await connection.connect();
      const subscription = await client.listen({ toolsListChanged: true });
      return { ended: subscription.closed };
    }

    before(async () => {
      process.env['SIGNING_KEYS'] = JSON.stringify([oldKey]);
      process.env['COOKIE_SECRETS'] = newCookieSecret();
      await start();
    });
    after(async () => {
      await app.close();
      await database.stop();
      rmSync(folder, { recursive: true });
    });

    it('lets the official client in with the password of the app, and shows it the data of its user alone', async () => {
      const [ada, bob] = [await newVisitor(), await newVisitor()];
      await ada.browser.send('/bookmarks', { url: 'https://ada.example', title: 'Mine' });
      await bob.browser.send('/bookmarks', { url: 'https://bob.example', title: 'Not hers' });
      // In a browser that is not signed in yet, so that the password is asked for.
      const elsewhere = new Visitor(app.config.publicUrl.origin, ada.name);
      const connection = await connected(elsewhere);
      const { structuredContent } = await connection.call('search_bookmarks');
      const { bookmarks } = structuredContent as { readonly bookmarks: readonly { readonly url: string }[] };
      assert.deepEqual(
        bookmarks.map(({ url }) => url),
        ['https://ada.example'],
      );
      assert.equal(elsewhere.consents.length, 1);
      assert.match(elsewhere.consents[0]?.html ?? '', /Test client<\/strong> asks to act for you\. It registered/);
      assert.match(elsewhere.consents[0]?.html ?? '', /The answer goes to <strong>127\.0\.0\.1:33333<\/strong>/);
      await connection.close();
    });

    it('asks again for a scope that the user had left out, when a tool needs it', async () => {
      const visitor = await newVisitor();
      visitor.refuses = ['bookmarks:write'];
      const connection = await connected(visitor);
      assert.equal(connection.memory.tokens()?.scope, 'bookmarks:read');
      visitor.refuses = [];
      await connection.call('add_bookmark', { url: 'https://added.example', title: 'Added' });
      assert.equal(connection.memory.tokens()?.scope?.includes('bookmarks:write'), true);
      assert.match(visitor.consents.at(-1)?.html ?? '', /Allow more access\?/);
      assert.match((await visitor.browser.open('/')).html, /https:\/\/added\.example/);
      await connection.close();
    });

    it('gives a new refresh token with each use, and ends the whole grant when one is used twice', async () => {
      const connection = await connected(await newVisitor());
      const first = connection.refreshToken;
      const { body } = await connection.refresh(first);
      assert.notEqual(body.refresh_token, first);
      assert.equal(await connection.statusOf(body.access_token), 200);
      assert.equal((await connection.refresh(first)).body.error, 'invalid_grant');
      assert.equal((await connection.refresh(body.refresh_token)).body.error, 'invalid_grant');
      assert.equal(await connection.statusOf(body.access_token), 401);
      await connection.close();
    });

    it('lets only one of many requests with the same refresh token be the first', async () => {
      const connection = await connected(await newVisitor());
      const answers = await Promise.all(Array.from({ length: 8 }, () => connection.refresh()));
      assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
      await connection.close();
    });

    it('ends everything that clients hold when the user signs out, open streams included', async () => {
      const visitor = await newVisitor();
      const connection = await connected(visitor);
      const stream = await openStream(connection);
      assert.equal(await connection.statusOf(), 200);
      await visitor.browser.send('/sign-out', {});
      assert.equal(await connection.statusOf(), 401);
      assert.equal((await connection.refresh()).body.error, 'invalid_grant');
      assert.notEqual(await stream.ended, 'local');
      await connection.close();
    });

    it('ends everything when the user is deleted, and gives the name no way back', async () => {
      const visitor = await newVisitor();
      const connection = await connected(visitor);
      const stream = await openStream(connection);
      await visitor.browser.send('/bookmarks', { url: 'https://gone.example', title: 'Gone' });
      await visitor.browser.send('/account/delete', {});
      assert.equal(await connection.statusOf(), 401);
      assert.equal((await connection.refresh()).body.error, 'invalid_grant');
      assert.notEqual(await stream.ended, 'local');
      // Another person takes the name: another subject, without the old data.
      const page = await new Visitor(app.config.publicUrl.origin, visitor.name).signUp();
      assert.match(page.html, /Bookmarks of/);
      assert.doesNotMatch(page.html, /gone\.example/);
      assert.equal(await connection.statusOf(), 401);
      await connection.close();
    });

    it('disconnects one client and leaves the other', async () => {
      const visitor = await newVisitor();
      const [kept, gone] = [await connected(visitor, 'Kept'), await connected(visitor, 'Gone')];
      const { html } = await visitor.browser.open('/');
      const id = /value="([^"]+)" aria-label="Disconnect Gone"/.exec(html)?.[1] ?? '';
      assert.notEqual(id, '');
      // Another user's button has no effect.
      await (await newVisitor()).browser.send('/account/disconnect', { id });
      assert.equal(await gone.statusOf(), 200);
      const after = await visitor.browser.send('/account/disconnect', { id });
      assert.doesNotMatch(after.html, /Disconnect Gone/);
      assert.deepEqual([await gone.statusOf(), await kept.statusOf()], [401, 200]);
      assert.equal((await gone.refresh()).body.error, 'invalid_grant');
      assert.equal((await kept.refresh()).status, 200);
      await Promise.all([kept.close(), gone.close()]);
    });

    it('ends the access tokens of a client that gives its refresh token back', async () => {
      const connection = await connected(await newVisitor());
      const response = await fetch(new URL('/oauth/revoke', app.endpoint), {
        method: 'POST',
        body: new URLSearchParams({ token: connection.refreshToken, client_id: connection.clientId }),
      });
      assert.equal(response.status, 200);
      assert.equal(await connection.statusOf(), 401);
      await connection.close();
    });

    it('takes a client that publishes a metadata document, without registration', async () => {
      const visitor = await newVisitor();
      const connection = new Connection(app.endpoint, visitor, { metadataUrl });
      await connection.connect();
      assert.equal(connection.clientId, metadataUrl);
      assert.match(visitor.consents[0]?.html ?? '', /Published client.*described at <strong>https:\/\/client\.example/);
      assert.equal(await connection.statusOf(), 200);
      await connection.close();
    });

    it('follows the user who is signed in to the app, not the one before', async () => {
      const [ada, bob] = [await newVisitor(), await newVisitor()];
      const first = await connected(ada);
      // Bob signs in with Ada's browser, without her having signed out.
      await ada.browser.send('/sign-in', { name: bob.name, password: bob.password });
      await ada.browser.send('/bookmarks', { url: 'https://bob.example', title: 'Of Bob' });
      const second = await connected(ada);
      const { structuredContent } = await second.call('search_bookmarks');
      assert.match(JSON.stringify(structuredContent), /bob\.example/);
      assert.match(JSON.stringify((await first.call('search_bookmarks')).structuredContent), /\[\]/);
      await Promise.all([first.close(), second.close()]);
    });

    it('leads nobody elsewhere after signing in, and takes no form from another site', async () => {
      const visitor = await newVisitor();
      const { name, password } = visitor;
      for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/\t/evil.example']) {
        const page = await visitor.browser.send(`/sign-in?next=${encodeURIComponent(next)}`, { name, password });
        assert.equal(page.url.href, `${app.config.publicUrl.origin}/`);
      }
      const forged = await visitor.browser.send('/account/delete', {}, { origin: 'https://evil.example' });
      assert.equal(forged.status, 403);
      const said = await visitor.browser.send('/account/delete', {}, { 'sec-fetch-site': 'cross-site' });
      assert.equal(said.status, 403);
      assert.match((await visitor.browser.open('/')).html, /Bookmarks of/);
    });

    it('refuses a wrong password and a name that is taken', async () => {
      const { browser, name, password } = await newVisitor();
      assert.match((await browser.send('/sign-in', { name, password: 'wrong' })).html, /no user with this name/);
      assert.match((await browser.send('/sign-in', { name: 'nobody', password })).html, /no user with this name/);
      assert.match((await browser.send('/sign-up', { name, password })).html, /name is taken/);
      assert.match((await browser.send('/sign-up', { name: 'short', password: 'short' })).html, /12 to 200 characters/);
    });

    it('names its own address whatever Host says', async () => {
      for (const document of ['oauth-authorization-server', 'openid-configuration']) {
        const response = await fetch(new URL(`/.well-known/${document}`, app.endpoint), {
          headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
        });
        const text = await response.text();
        assert.equal((JSON.parse(text) as { readonly issuer: string }).issuer, app.config.publicUrl.origin);
        assert.doesNotMatch(text, /evil/);
      }
    });

    it('has nothing for the doctor to complain about', async () => {
      const doctor = path.join(import.meta.dirname, '..', 'node_modules', 'express-mcp', 'dist', 'cli', 'main.js');
      const child = spawn(process.execPath, [doctor, 'doctor', app.endpoint.href, '--format', 'json']);
      const exited = once(child, 'exit') as Promise<[number]>;
      const [output, [code]] = await Promise.all([text(child.stdout), exited]);
      const { findings } = JSON.parse(output) as { readonly findings: readonly { readonly status: string }[] };
      assert.deepEqual(
        findings.filter(({ status }) => status !== 'ok'),
        [],
      );
      assert.ok(findings.length >= 19);
      assert.equal(code, 0);
    });

    it('keeps users, clients and grants over a restart, and takes tokens of the old key while a new one signs', async () => {
      const visitor = await newVisitor();
      const connection = await connected(visitor);
      const old = connection.accessToken;
      const refreshToken = connection.refreshToken;
      const newKey = newSigningKey();
      process.env['SIGNING_KEYS'] = JSON.stringify([newKey, oldKey]);
      process.env['COOKIE_SECRETS'] = `${newCookieSecret()},${process.env['COOKIE_SECRETS'] ?? ''}`;
      process.env['PUBLIC_URL'] = app.config.publicUrl.origin;
      const port = Number(app.config.publicUrl.port);
      await connection.close();
      await app.close();
      app = await startApp(await database.open(), { port, folder }, { fetch: fetchMetadata });
      delete process.env['PUBLIC_URL'];
      assert.equal(await connection.statusOf(old), 200);
      const { body } = await connection.refresh(refreshToken);
      const header = JSON.parse(Buffer.from(body.access_token?.split('.')[0] ?? '', 'base64url').toString()) as unknown;
      assert.equal((header as { readonly kid: string }).kid, newKey.kid);
      assert.equal(await connection.statusOf(body.access_token), 200);
      assert.match((await visitor.browser.open('/')).html, /Bookmarks of/);
      // When no token of the old key can be valid any more, the key is removed.
      process.env['SIGNING_KEYS'] = JSON.stringify([newKey]);
      await app.close();
      app = await startApp(await database.open(), { port, folder }, { fetch: fetchMetadata });
      assert.deepEqual([await connection.statusOf(old), await connection.statusOf(body.access_token)], [401, 200]);
    });
  });
}
