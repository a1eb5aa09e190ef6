import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { openPglite } from '../database/database.js';
import type { RunningApp } from '../start.js';
import { startApp } from '../start.js';
import { Connection } from './support/connection.js';
import { Visitor } from './support/browser.js';

const executablePath = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => path.join(folder, name)))
  .find((file) => existsSync(file));
const skip =
  executablePath === undefined && process.env['CI'] === undefined
    ? 'There is no Chromium on this machine. Install it: sudo apt-get install chromium'
    : false;

describe('the pages of an app with its own login, in Chromium', { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'own-login-chromium-'));
  let app: RunningApp;
  let browser: Browser;
  let page: Page;
  let callback: Server;
  const complaints: string[] = [];

  before(async () => {
    app = await startApp(await openPglite(), { port: 0, folder });
    callback = createServer((_request, response) => response.end('Back at the client')).listen(0, '127.0.0.1');
    await once(callback, 'listening');
    browser = await chromium.launch({ executablePath: executablePath ?? 'chromium', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 360, height: 640 } });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  after(async () => {
    await browser.close();
    callback.close();
    await app.close();
    rmSync(folder, { recursive: true });
  });

  const isTooWide = (): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

  it('leads from a client over sign-up and consent back to it, and ends its access by one button', async () => {
    const origin = app.config.publicUrl.origin;
    const redirectUri = `http://127.0.0.1:${String((callback.address() as AddressInfo).port)}/callback`;
    const registered = await fetch(`${origin}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'A client <b>with</b> markup',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      }),
    });
    const { client_id: clientId } = (await registered.json()) as { readonly client_id: string };
    const verifier = randomBytes(32).toString('base64url');
    const start = new URL('/oauth/authorize', origin);
    start.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'bookmarks:read bookmarks:write',
      resource: app.endpoint.href,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: 'kept',
    }).toString();

    await page.goto(start.href);
    assert.equal(await page.title(), 'Sign in');
    await page.getByRole('link', { name: 'Make an account instead' }).click();
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill('correct horse battery');
    assert.equal(await isTooWide(), false);
    await page.getByRole('button', { name: 'Make an account' }).click();

    assert.equal(await page.title(), 'Allow access?');
    assert.equal(await page.getByText('A client <b>with</b> markup').count(), 1);
    assert.equal(await isTooWide(), false);
    await page.getByLabel('Add and delete bookmarks').uncheck();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Back at the client').waitFor();
    const back = new URL(page.url());
    assert.equal(back.searchParams.get('state'), 'kept');
    assert.equal(back.searchParams.get('iss'), origin);

    const answer = await fetch(`${origin}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: back.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        client_id: clientId,
        code_verifier: verifier,
        resource: app.endpoint.href,
      }),
    });
    const { access_token: token, scope } = (await answer.json()) as {
      readonly access_token: string;
      readonly scope: string;
    };
    assert.equal(scope, 'bookmarks:read');
    const connection = new Connection(app.endpoint, new Visitor(origin, 'ada'));
    assert.equal(await connection.statusOf(token), 200);

    await page.goto(origin);
    assert.equal(await page.title(), 'Bookmarks of ada');
    assert.equal(await isTooWide(), false);
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await page.waitForURL(/\/sign-in/);
    assert.equal(await connection.statusOf(token), 401);
    assert.deepEqual(
      complaints.filter((text) => !text.includes('favicon')),
      [],
    );
  });
});
