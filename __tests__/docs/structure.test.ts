import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sections } from '../../site/structure.mjs';
import { headingAnchors } from '../support/heading-anchors.js';

const root = path.join(import.meta.dirname, '../..');
const docs = path.join(root, 'docs');

const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  // npm run standards writes these, and Git does not keep them.
  .filter((name) => name.endsWith('.md') && !name.startsWith('standards/'));

describe('the pages of docs/', () => {
  it('stand once each in the order of the site, apart from single decisions', () => {
    const listed = sections.flatMap(({ pages: all }) => all.map(([file]) => file));
    const expected = pages.filter((name) => !/^decisions\/\d/.test(name));
    expect([...listed].sort()).toEqual([...expected, 'index.md'].sort());
  });

  it.each([...pages.map((name) => `docs/${name}`), 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'])(
    '%s has no link that leads nowhere',
    (file) => {
      const text = readFileSync(path.join(root, file), 'utf8').replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
      const targets = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target);
      expect(targets.filter((target) => !leadsSomewhere(file, target))).toEqual([]);
    },
  );
});

function leadsSomewhere(from: string, target: string): boolean {
  const [name = '', anchor] = target.split('#');
  const file = name === '' ? from : path.join(path.dirname(from), name);
  const place = path.join(root, file);
  if (!existsSync(place)) return false;
  return anchor === undefined || !file.endsWith('.md') || headingAnchors(readFileSync(place, 'utf8')).has(anchor);
}
