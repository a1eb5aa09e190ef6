/**
 * The anchors of a page's headings, as GitHub and the site make them: lower case, spaces as hyphens, without punctuation.
 *
 * @param markdown - the page
 */
export function headingAnchors(markdown: string): ReadonlySet<string> {
  const withoutBlocks = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks.matchAll(/^#{1,6} +(.+)$/gm)) {
    const anchor = heading
      .trim()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${String(count)}`;
    anchors.add(unique);
  }
  return anchors;
}
