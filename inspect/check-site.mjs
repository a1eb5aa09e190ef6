// The documentation site in the browser: its pages and its search.
import { deepStrictEqual } from 'node:assert/strict';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { barriersOn, step, takePictures } from './steps.mjs';

const dist = path.join(import.meta.dirname, '../site/dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** @param {import('playwright-core').Browser} browser */
export async function checkSite(browser) {
  const server = createServer(serve).listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const site = `http://localhost:${server.address().port}`;
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();

  await step('documentation site: nothing runs off, in three widths and two colour schemes', async () => {
    const tooWide = [];
    for (const name of ['', 'scopes', 'reference']) {
      await page.goto(`${site}/${name}`);
      tooWide.push(...(await takePictures(page, `site-${name === '' ? 'index' : name}`)));
    }
    deepStrictEqual(tooWide, []);
  });
  await step('documentation site: the search finds a page by a word, and leads there', async () => {
    await page.goto(site);
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').or(page.locator('#localsearch-input')).first().fill('Why 401');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/why-401/);
  });
  await step('documentation site: axe-core finds nothing in its text', async () => {
    // VitePress draws the rest itself.
    await page.goto(`${site}/connect`);
    const found = await barriersOn(page, '.vp-doc');
    deepStrictEqual(
      found.filter((each) => !/VP|vp-|__VPLOCAL|class="(?:lang|copy|header-anchor)/.test(each)),
      [],
    );
  });
  await page.close();
  server.close();
  server.closeAllConnections();
}

/** As a host with clean URLs does: /scopes is scopes.html. */
function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://site');
  const name = path.normalize(decodeURIComponent(pathname)).replace(/^\//, '');
  const file = [name, `${name}.html`, path.join(name, 'index.html')]
    .map((each) => path.join(dist, each))
    .find((each) => each.startsWith(dist) && existsSync(each) && statSync(each).isFile());
  if (file === undefined) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' });
  return createReadStream(file).pipe(response);
}
