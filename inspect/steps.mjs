// Steps of the check in the browser, with a line for each, and the pictures that they take.
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';

const folder = path.join(import.meta.dirname, 'pictures');
mkdirSync(folder, { recursive: true });

/** Pictures are taken in these widths, in pixels, and in both colour schemes. */
export const widths = [360, 768, 1280];
export const schemes = ['light', 'dark'];

let failures = 0;

/** Number of the steps that failed. */
export function failed() {
  return failures;
}

/**
 * Runs a step and goes on with the others when it fails.
 *
 * @param {string} title
 * @param {() => unknown} work
 */
export async function step(title, work) {
  try {
    await work();
    console.log(`✓ ${title}`);
  } catch (error) {
    failures += 1;
    console.log(`✗ ${title}\n${String(error.message ?? error).replace(/^/gm, '    ')}`);
  }
}

/** Pictures that the README shows, and their names in docs/images. */
const published = {
  'page-light-360': 'page',
  'step-up-dialog-light-1280': 'step-up-dialog',
  'step-up-consent-light-768': 'step-up-consent',
};

/** Copies the pictures of the README to docs/images. */
export function publishPictures() {
  const images = path.join(import.meta.dirname, '../docs/images');
  mkdirSync(images, { recursive: true });
  for (const [name, place] of Object.entries(published)) copyFileSync(picture(name), path.join(images, `${place}.png`));
}

/** Path of a picture. */
export function picture(name) {
  return path.join(folder, `${name}.png`);
}

/**
 * Takes pictures of what a page shows now, in every width and colour scheme, and looks whether something runs off.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @returns {Promise<readonly string[]>} where the page is wider than the window
 */
export async function takePictures(page, name) {
  const before = page.viewportSize();
  const tooWide = [];
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      await page.waitForTimeout(300);
      await page.screenshot({ path: picture(`${name}-${colorScheme}-${width}`) });
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
        tooWide.push(`${name}, ${width} px`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
  return tooWide;
}

/** Barriers that axe-core finds on a page, or in the part of it that a selector names. */
export async function barriersOn(page, within = 'html') {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
