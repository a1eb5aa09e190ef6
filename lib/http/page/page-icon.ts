import type { Icon } from '../../registry/content.js';

/** In UTF-16 units. A larger picture would leave no room for the rest of the page. */
const maxDataLength = 6000;
const maxUrlLength = 500;

/**
 * The icon that the page shows: the first that the browser gets without asking another server. It is a picture in a data URL, or one at
 * the origin of the endpoint.
 *
 * @param icons - of the server
 * @param endpoint - URL of the endpoint
 * @returns the URL of the picture, or undefined if there is none to show
 */
export function pageIcon(icons: readonly Icon[] | undefined, endpoint: string): string | undefined {
  if (!Array.isArray(icons)) return undefined;
  const sources = icons.map((icon: Partial<Icon> | undefined) => icon?.src);
  return sources.find((src): src is string => typeof src === 'string' && (isPicture(src) || isOfOrigin(src, endpoint)));
}

/** In an `img` element a browser runs no script of an SVG and loads nothing that it names. */
function isPicture(src: string): boolean {
  return src.length <= maxDataLength && /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,][\x21-\x7E]*$/.test(src);
}

function isOfOrigin(src: string, endpoint: string): boolean {
  return (
    src.length <= maxUrlLength &&
    /^https?:\/\//.test(src) &&
    URL.canParse(src) &&
    new URL(src).origin === new URL(endpoint).origin
  );
}
