// npm run inspect:check: drives the page of the endpoint and the Inspector in Chromium, as a person does.
import { deepStrictEqual, match } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { checkSite } from './check-site.mjs';
import { checkTalking } from './check-talking.mjs';
import { startInspector, startNotes, startTalking } from './processes.mjs';
import { barriersOn, failed, picture, publishPictures, schemes, step, takePictures, widths } from './steps.mjs';

const executables = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @returns {Promise<boolean>} whether everything is well */
export async function check() {
  const executablePath = executables.find((file) => file !== undefined && existsSync(file));
  if (executablePath === undefined) {
    console.error('This needs Chromium. Install it (sudo apt-get install chromium), or set CHROMIUM to its path.');
    return false;
  }
  const notes = await startNotes();
  const inspector = await startInspector(notes.url);
  const talking = await startTalking();
  const listener = await startInspector(talking.url);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    for (const colorScheme of schemes) {
      for (const width of widths) await checkPage(browser, notes.url, { colorScheme, width });
    }
    await checkKeyboard(browser, notes.url);
    await checkWithoutScript(browser, notes.url);
    await driveInspector(browser, inspector.url);
    await checkTalking(browser, listener.url);
    await checkSite(browser);
  } finally {
    await browser.close();
    for (const process of [inspector, listener, notes, talking]) process.stop();
  }
  if (process.argv.includes('--publish')) publishPictures();
  console.log(failed() === 0 ? 'All is well.' : `${failed()} failed.`);
  return failed() === 0;
}

async function checkPage(browser, url, { colorScheme, width }) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const asked = [];
  const complaints = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  const name = `page of the endpoint, ${colorScheme}, ${width} px`;
  await step(`${name}: nothing runs off, nothing else is asked for, the browser complains of nothing`, async () => {
    await page.goto(url);
    await page.screenshot({ path: picture(`page-${colorScheme}-${width}`), fullPage: width > 360 });
    await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
    deepStrictEqual(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    deepStrictEqual([asked.filter((each) => !each.startsWith('data:')), complaints], [[url], []]);
  });
  await step(`${name}: axe-core finds nothing`, () => expectAccessible(page));
  await step(`${name}: the button copies the line`, async () => {
    await page.getByRole('button', { name: 'Copy Command for Claude Code' }).click();
    await page.getByText('Command for Claude Code copied').waitFor({ state: 'attached' });
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    deepStrictEqual(copied, `claude mcp add --transport http notes ${url}`);
  });
  await context.close();
}

async function expectAccessible(page) {
  deepStrictEqual(await barriersOn(page), []);
}

async function checkKeyboard(browser, url) {
  const page = await browser.newPage();
  await step('page of the endpoint: every client opens by keyboard, and the focus is seen', async () => {
    await page.goto(url);
    const clients = await page.locator('summary').count();
    const opened = new Set();
    for (let presses = 0; presses < 60 && opened.size < clients; presses += 1) {
      await page.keyboard.press('Tab');
      const { tag, text, outline } = await page.evaluate(() => ({
        tag: document.activeElement.tagName,
        text: document.activeElement.textContent,
        outline: getComputedStyle(document.activeElement).outlineStyle,
      }));
      deepStrictEqual(outline, 'solid');
      if (tag !== 'SUMMARY') continue;
      await page.keyboard.press('Enter');
      opened.add(text);
    }
    deepStrictEqual([opened.size, await page.locator('details[open]').count()], [clients, clients]);
  });
  await page.close();
}

async function checkWithoutScript(browser, url) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await step('page of the endpoint: without script only the buttons are missing', async () => {
    await page.goto(url);
    deepStrictEqual(await page.getByRole('button').count(), 0);
    await page.getByText('Claude Code', { exact: true }).click();
    await page.getByText(`claude mcp add --transport http notes ${url}`).waitFor();
  });
  await context.close();
}

async function driveInspector(browser, url) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  // The Inspector is slow to connect on a busy machine.
  page.setDefaultTimeout(120_000);
  const barriers = [];
  const allow = page.getByRole('button', { name: 'Allow' });

  await step('Inspector: signs in on the pages of the development server', async () => {
    await page.goto(url);
    await page.getByRole('switch', { name: /^Connect or disconnect/ }).click({ force: true });
    await page.locator('input[name=account]').fill('ada');
    deepStrictEqual(await takePictures(page, 'sign-in'), []);
    barriers.push(...(await barriersOn(page)));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await allow.waitFor();
    barriers.push(...(await barriersOn(page)));
    await allow.click();
    await page.getByText('Connected', { exact: true }).waitFor();
  });
  await step('Inspector: calls a tool by its form', async () => {
    await page.getByText('Tools', { exact: true }).first().click();
    await page.getByRole('button', { name: 'whoami' }).click();
    await page.getByRole('button', { name: 'Execute Tool' }).click();
    await page.getByText('ada', { exact: true }).first().waitFor();
  });
  await step('Inspector: is refused with 403 and asks the person for the scope that is missing', async () => {
    await page.getByRole('button', { name: 'add_note' }).click();
    await page.getByRole('textbox', { name: /^text/ }).fill('From the Inspector');
    await page.getByRole('button', { name: 'Execute Tool' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Additional permissions required').waitFor();
    match(await dialog.innerText(), /notes:read\s+ALREADY GRANTED\s+notes:write\s+NEW/i);
    await takePictures(page, 'step-up-dialog');
    await dialog.getByRole('button', { name: 'Authorize' }).click();
  });
  await step('Inspector: the person agrees on the consent page', async () => {
    await page.getByText('Add and delete notes').waitFor();
    deepStrictEqual(await takePictures(page, 'step-up-consent'), []);
    barriers.push(...(await barriersOn(page)));
    await allow.click();
    await page
      .getByText('Connected', { exact: true })
      .or(page.getByRole('button', { name: 'add_note' }))
      .first()
      .waitFor();
  });
  await step('Inspector: the call is done', async () => {
    const add = page.getByRole('button', { name: 'add_note' });
    if (!(await add.isVisible())) await page.getByText('Tools', { exact: true }).first().click();
    await add.click();
    await page.getByRole('textbox', { name: /^text/ }).fill('From the Inspector');
    await page.getByRole('button', { name: 'Execute Tool' }).click();
    await page
      .getByText(/createdAt/)
      .first()
      .waitFor();
    deepStrictEqual(await page.getByText('Additional permissions required').count(), 0);
    await page.screenshot({ path: picture('step-up-done') });
  });
  await step('sign-in and consent page of the development server: axe-core finds nothing', () =>
    deepStrictEqual(barriers, []),
  );
}
