// The Inspector at an endpoint whose tools report progress and ask the user.
import { picture, step } from './steps.mjs';

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url - of the Inspector
 */
export async function checkTalking(browser, url) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(120_000);
  const call = async (tool) => {
    await page.getByRole('button', { name: tool }).click();
    await page.getByRole('button', { name: 'Execute Tool' }).click();
  };

  await step('Inspector: connects without a sign-in', async () => {
    await page.goto(url);
    await page.getByRole('switch', { name: /^Connect or disconnect/ }).click({ force: true });
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByText('Tools', { exact: true }).first().click();
  });
  await step('Inspector: shows the progress that a tool reports, then the result', async () => {
    await call('count_slowly');
    await page.getByText('Counted to 5 — 5 / 5').first().waitFor();
    await page.getByText('Counted to five').first().waitFor();
    await page.screenshot({ path: picture('progress') });
  });
  await step('Inspector: asks the user what a tool wants to know, and the tool goes on with the answer', async () => {
    await call('greet');
    await page.getByText('Elicitation Request').waitFor();
    await page.getByText('Whom shall I greet?').waitFor();
    await page.screenshot({ path: picture('elicitation') });
    await page.getByRole('textbox', { name: /^Name/ }).fill('Ada');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('Hello, Ada!').first().waitFor();
  });
  await step('Inspector: tells the tool that the user declined', async () => {
    await call('count_slowly');
    await call('greet');
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('Nobody was greeted').first().waitFor();
  });
  await page.close();
}
