import { slugify } from '../../site/slugify.mjs';

/**
 * The anchors of a page's headings, as GitHub and the site make them.
 *
 * @param markdown - the page
 */
export function headingAnchors(markdown: string): ReadonlySet<string> {
  const withoutBlocks = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks.matchAll(/^#{1,6} +(.+)$/gm)) {
    const anchor = slugify(heading);
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${String(count)}`;
    anchors.add(unique);
  }
  return anchors;
}
