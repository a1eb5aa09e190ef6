import path from 'node:path';

/**
 * Moves the unreleased part of the changelog under its own version.
 *
 * @param {string} changelog - the text, with a heading "## Unreleased"
 * @param {string} version - such as `1.0.0-rc.0`
 * @param {string} date - such as `2026-12-01`
 * @returns {string} the new text, with an empty "Unreleased"
 */
export function releaseChangelog(changelog, version, date) {
  const heading = '## Unreleased\n';
  const [before, rest] = changelog.split(heading);
  if (rest === undefined) throw new Error('CHANGELOG.md has no heading "## Unreleased"');
  const [unreleased] = rest.split(/^## /m);
  if (unreleased.trim() === '') throw new Error('Nothing stands under "## Unreleased" in CHANGELOG.md');
  if (changelog.includes(`\n## ${version} `)) throw new Error(`CHANGELOG.md has ${version} already`);
  return `${before}${heading}\n## ${version} (${date})\n${rest}`;
}

/**
 * Whether a version may follow another.
 *
 * @param {string} version
 * @param {string} previous
 * @returns {boolean} whether it is a semantic version and comes later
 */
export function isAfter(version, previous) {
  const [next, last] = [parse(version), parse(previous)];
  if (next === undefined || last === undefined) return false;
  const difference = next.numbers.findIndex((number, index) => number !== last.numbers[index]);
  if (difference !== -1) return next.numbers[difference] > last.numbers[difference];
  // A candidate comes before its version; a higher number comes after a lower one.
  return last.candidate < Infinity && next.candidate > last.candidate;
}

/**
 * The npm tag for publishing a version. Candidates get another than the default, so that installing without a version never yields one.
 *
 * @param {string} version
 */
export function tagOf(version) {
  return parse(version)?.candidate === Infinity ? 'latest' : 'next';
}

function parse(version) {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:-rc\.(\d+))?$/.exec(version);
  if (found === null) return undefined;
  const [major, minor, patch] = found.slice(1, 4).map(Number);
  return { numbers: [major, minor, patch], candidate: found[4] === undefined ? Infinity : Number(found[4]) };
}

/**
 * Finds everything that a package lacks for being published.
 *
 * @param {Record<string, unknown>} manifest - package.json
 * @param {string} changelog
 * @returns {readonly string[]} a sentence for each
 */
export function missingForRelease(manifest, changelog) {
  const { repository, homepage, bugs, version } = manifest;
  const isUrl = (value) => typeof value === 'string' && /^(git\+)?https:\/\/[^\s]+$/.test(value);
  const missing = [];
  if (!isUrl(repository?.url)) missing.push('repository: { type: "git", url: "git+https://…" } in package.json');
  if (!isUrl(homepage)) missing.push('homepage: "https://…" in package.json');
  if (!isUrl(bugs?.url ?? bugs)) missing.push('bugs: { url: "https://…" } in package.json');
  if (!changelog.includes(`\n## ${version} (`)) missing.push(`a heading "## ${version} (date)" in CHANGELOG.md`);
  return missing;
}

/**
 * Whether a page is in the tarball.
 *
 * @param {string} file - such as `docs/errors.md`
 * @param {{ files: readonly string[] }} manifest - package.json
 */
export function travels(file, { files }) {
  // npm packs these whatever `files` says.
  if (file === 'README.md' || file === 'LICENSE' || file === 'package.json') return true;
  const matching = files.filter((pattern) => fits(file, pattern.replace(/^!/, '')));
  return matching.length > 0 && !matching.at(-1).startsWith('!');
}

/** Whether a file is what a pattern of `files` names, or is in a folder that it names. */
function fits(file, pattern) {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}(/|$)`).test(file);
}

/**
 * A page with links that work where the package is read.
 *
 * @param {string} page - such as `docs/errors.md`
 * @param {string} text
 * @param {{ files: readonly string[], version: string, repository?: { url: string } }} manifest - package.json
 */
export function packedPage(page, text, manifest) {
  const address = manifest.repository?.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return text.replace(/(!?)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)\s]+)\)/g, (link, mark, title, target) => {
    const [file, anchor] = path.posix.join(path.posix.dirname(page), target).split('#');
    const isThere = travels(file, manifest);
    if (address === undefined) return isThere ? link : mark === '!' ? '' : title;
    if (isThere && page !== 'README.md') return link;
    // A picture has to be the file itself, not the page that shows it.
    const place = `${address}/${mark === '!' ? 'raw' : 'blob'}/v${manifest.version}/${file}`;
    return `${mark}[${title}](${place}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}
