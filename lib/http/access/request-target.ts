import type { Request } from 'express';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { isSamePath, requestPath } from '../../express/mounted-path.js';

/** What a request is to an `mcpAuth`; `misplaced` when no request for the endpoint could arrive where it is mounted. */
export type PlaceOfRequest = 'endpoint' | 'metadata' | 'other' | 'misplaced';

/**
 * Tells what a request is for.
 *
 * @param request - the request, with Express's `baseUrl`
 * @param resource - the endpoint
 */
export function placeOfRequest(request: Request, { path, metadataPath }: ProtectedResource): PlaceOfRequest {
  const requested = requestPath(request);
  if (requested === metadataPath) return 'metadata';
  if (isSamePath(requested, path)) return 'endpoint';
  const mount = request.baseUrl;
  if (mount === '') return 'other';
  // Mounted at its own path, it stands in front of handlers that get everything below, too.
  if (isSamePath(mount, path)) return 'endpoint';
  return isBelow(path, mount) || isBelow(metadataPath, mount) ? 'other' : 'misplaced';
}

function isBelow(path: string, mount: string): boolean {
  return path.toLowerCase().startsWith(`${mount.toLowerCase()}/`);
}
