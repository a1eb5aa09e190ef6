// Asks the search of the built site what first users asked, as its search box does, and looks for the page that answers.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import MiniSearch from 'minisearch';
import { searchOptions } from './search-options.mjs';

/** The twenty questions of docs/questions.md that first users asked, as they type them. Each has pages; one of them has to be found. */
export const searches = [
  ['zod', ['schemas']],
  ['valibot arktype schema', ['schemas']],
  ['connect Claude', ['connect']],
  ['connect Cursor', ['connect']],
  ['VS Code mcp.json', ['connect']],
  ['Inspector', ['connect']],
  ['express.json body parser', ['in-your-app']],
  ['compression', ['in-your-app']],
  ['helmet', ['in-your-app']],
  ['maxBodyBytes', ['reference']],
  ['ctx', ['reference']],
  ['migrate official SDK', ['migration/official-sdk-1', 'migration/official-sdk-2']],
  ['NestJS', ['in-your-app', 'hosts']],
  ['Lambda', ['deploy']],
  ['API keys', ['api-keys']],
  ['why 401', ['why-401']],
  ['CORS', ['browsers']],
  ['image resource link result', ['results']],
  ['nginx', ['deploy']],
  ['tools without sign-in allowAnonymous', ['reference', 'scopes', 'questions']],
  ['error tell the model ToolError', ['results', 'errors']],
  ['jest commonjs', ['testing']],
];

/** A reader looks at this many results. */
const shown = 5;

/**
 * @param {string} folder - the built site
 * @returns {readonly string[]} a line for each search that does not find its page
 */
export function checkSearch(folder) {
  const chunks = path.join(folder, 'assets', 'chunks');
  const name = readdirSync(chunks).find((each) => each.startsWith('@localSearchIndex'));
  const [, literal] = /^const \w+\s*=\s*(['"`][\s\S]*['"`]);?\s*export/.exec(
    readFileSync(path.join(chunks, name), 'utf8'),
  );
  const index = MiniSearch.loadJSON(literalText(literal), {
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    // As VitePress asks: node_modules/vitepress/dist/client/theme-default/components/VPLocalSearchBox.vue.
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 }, ...searchOptions },
  });
  return searches.flatMap(([words, pages]) => {
    const found = index
      .search(words)
      .slice(0, shown)
      .map(({ id }) => id.replace(/^\//, '').replace(/(\.html)?(#.*)?$/, ''));
    return pages.some((page) => found.includes(page))
      ? []
      : [`search "${words}" finds ${found.join(', ')}, not ${pages.join(' or ')}`];
  });
}

/** The value of a literal of a text, which the site's own build wrote. */
function literalText(literal) {
  return new Function(`return ${literal}`)();
}
