import { metadataUrlOf } from '../../oauth/protected-resource-metadata.js';
import type { Endpoint } from '../endpoint.js';
import { reasonNotToFollow } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { isAnswer, jsonOf } from '../http-probe.js';
import { quoted } from '../plain-text.js';

/** A metadata document, with the answer that brought it. */
export interface FoundDocument {
  readonly answer: Answer;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The findings about the places, and the document that a client would use. */
export interface FoundMetadata {
  readonly findings: readonly Finding[];
  readonly metadata: FoundDocument | undefined;
}

/** Any page: if it is allowed, every page is. */
export const somePage = 'https://mcp-client.example';

/**
 * Looks for the metadata document at the place of RFC 9728 §3.1, and where the challenge points.
 *
 * @param link - `resource_metadata` of the challenge
 */
export async function findMetadata(endpoint: Endpoint, link: string | undefined): Promise<FoundMetadata> {
  const place = placeOf(endpoint.url);
  const atPlace = await readDocument(endpoint, place);
  const placeFindings = [await checkPlace(endpoint, place, atPlace)];
  if (link === undefined || link === place) {
    // A missing document has already been reported.
    const isLinked = link === place && typeof atPlace !== 'string';
    const linkFindings = isLinked ? [ok('metadata-link', 'It is the same place.')] : [];
    return { findings: [...placeFindings, ...linkFindings], metadata: found(atPlace) };
  }
  const atLink = await followLink(endpoint, link, place);
  // Clients believe the challenge first (MCP basic/authorization#protected-resource-metadata-discovery-requirements).
  return { findings: [...placeFindings, atLink.finding], metadata: atLink.metadata ?? found(atPlace) };
}

/** RFC 9728 §3.1: inserted between host and path, a query included. */
function placeOf(url: URL): string {
  const place = metadataUrlOf(url);
  place.search = url.search;
  return place.href;
}

async function readDocument({ ask }: Endpoint, url: string): Promise<FoundDocument | string> {
  const answer = await ask(url, { headers: { accept: 'application/json', origin: somePage } });
  if (!isAnswer(answer)) return answer.problem;
  if (answer.status !== 200) return `answers ${answer.status}`;
  const document = jsonOf(answer);
  return document === undefined ? 'answers with something that is no JSON object' : { answer, document };
}

function found(result: FoundDocument | string): FoundDocument | undefined {
  return typeof result === 'string' ? undefined : result;
}

const unguard =
  'It is public: let nothing that asks for a token or a session stand in front of /.well-known/oauth-protected-resource.';

const mount =
  'Mount mcpAuth() at the root of the app, or auth.metadata when it is mounted below a path, and let the proxy pass ' +
  '/.well-known/oauth-protected-resource on to it.';

async function checkPlace(endpoint: Endpoint, place: string, result: FoundDocument | string): Promise<Finding> {
  if (typeof result !== 'string') return ok('metadata-place', `It is at ${place}.`);
  for (const { url, where, mend } of wrongPlaces(endpoint.url, place)) {
    if (found(await readDocument(endpoint, url)) !== undefined) {
      return failure('metadata-place', `${place} ${result}; the document is ${where}: ${url}`, mend);
    }
  }
  const isGuarded = result === 'answers 401' || result === 'answers 403';
  return failure('metadata-place', `${place} ${result}.`, isGuarded ? unguard : mount);
}

function wrongPlaces(
  { origin, pathname }: URL,
  place: string,
): readonly { readonly url: string; readonly where: string; readonly mend: string }[] {
  const name = '/.well-known/oauth-protected-resource';
  return [
    {
      url: `${origin}${name}`,
      where: 'at the root, which is the place of another resource',
      mend: 'Give `resource` the path of the endpoint. When a proxy adds the path, let it pass the place above on, too.',
    },
    {
      url: `${origin}${pathname.replace(/\/$/, '')}${name}`,
      where: 'below the endpoint',
      mend: 'The well-known part goes between host and path, not behind it: mount auth.metadata at the root of the app.',
    },
  ].filter(({ url }) => url !== place);
}

async function followLink(
  endpoint: Endpoint,
  link: string,
  place: string,
): Promise<{ readonly finding: Finding; readonly metadata: FoundDocument | undefined }> {
  const reason = reasonNotToFollow(link, endpoint);
  const result = reason ?? (await readDocument(endpoint, link));
  if (typeof result === 'string') {
    const mend =
      'Give mcpAuth() the public URL as `resource`; behind a proxy it is not the one that the app is called by.';
    return {
      finding: failure('metadata-link', `It says ${quoted(link)}, which ${result}.`, mend),
      metadata: undefined,
    };
  }
  return {
    finding: warning(
      'metadata-link',
      `It says ${quoted(link)}; that works, and clients that do not read challenges look at ${place}.`,
      'Let both be the same place.',
    ),
    metadata: result,
  };
}
