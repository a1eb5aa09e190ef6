import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { searchOptions } from '../search-options.mjs';
import { slugify } from '../slugify.mjs';
import { sections } from '../structure.mjs';

// docs/README-like index pages are folders on the site.
const link = (file) => `/${file.replace(/(^|\/)(README|index)\.md$/, '$1').replace(/\.md$/, '')}`;
const isThere = ([file]) =>
  existsSync(path.join(import.meta.dirname, '../pages', file.replace('README.md', 'index.md')));

export default defineConfig({
  title: 'express-mcp',
  description: 'A protected Model Context Protocol endpoint in the Express app that you already have.',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: '.cache',
  cleanUrls: true,
  lastUpdated: false,
  // Ends the build with an error: a link that leads nowhere does not pass.
  ignoreDeadLinks: false,
  markdown: { anchor: { slugify } },
  themeConfig: {
    search: { provider: 'local', options: { miniSearch: { searchOptions } } },
    outline: [2, 3],
    nav: [
      { text: 'Add it to your app', link: '/getting-started' },
      { text: 'Connect a client', link: '/connect' },
      { text: 'Reference', link: '/reference' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      ...sections.map(({ title, pages }) => ({
        text: title,
        collapsed: title === 'Reports' || title === 'How it is built',
        items: pages.filter(isThere).map(([file, text]) => ({ text, link: link(file) })),
      })),
      { text: 'API', items: [{ text: 'Functions and types', link: '/api/' }] },
    ],
  },
});
