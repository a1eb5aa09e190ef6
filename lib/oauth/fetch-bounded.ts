/** Limits of one request to an authorization server. */
export interface FetchLimits {
  /** Milliseconds until the request is given up. */
  readonly timeoutMs: number;
  /** Bytes after which the answer is given up. */
  readonly maxBytes: number;
}

/** Limits that fit metadata documents and key sets. */
export const metadataLimits: FetchLimits = { timeoutMs: 5000, maxBytes: 1024 * 1024 };

/**
 * Fetches an answer from an authorization server, limited in time and size. It follows no redirects: they would move trust to a host
 * that the app did not configure.
 *
 * @param url - https URL, or http on a loopback host
 * @param init - passed on to `fetch`
 * @param limits - time and size
 * @returns the answer with its body read
 * @throws Error if it fails or exceeds the limits
 */
export async function fetchBounded(url: string, init: RequestInit, limits: FetchLimits): Promise<Response> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  const response = await fetch(url, { ...init, redirect: 'manual', signal });
  const body = await readBounded(response, limits.maxBytes);
  const { status, headers } = response;
  // A status that has no body, such as 204, must not be given one.
  return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers });
}

async function readBounded(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body !== null) {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`The answer of ${response.url} is larger than ${String(maxBytes)} bytes`);
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}
