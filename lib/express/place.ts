import type { Layer } from './handler-stack.js';
import { behind, passesAll, sampleFor } from './mount-path.js';

/** Where the layers of a router stand. */
export interface Place {
  /** Paths of all mounts down to here, as the app wrote them. */
  readonly text: string;
  /** A path that comes here; undefined if none is known. */
  readonly sample: string | undefined;
  /** In a route: its paths. Express takes nothing off the path there. */
  readonly route?: readonly string[];
  /** Whether every request comes here. */
  readonly isEverywhere: boolean;
  /** Returns the part of a path that a router here sees; undefined if a request for it does not come here. */
  seen(path: string): string | undefined;
}

/** Where the layers of an app stand. */
export const root: Place = { text: '', sample: '', isEverywhere: true, seen: (path) => path };

/** Where the layers of a router stand that is mounted at `mount`. */
export function below(place: Place, layer: Layer, mount: string): Place {
  return {
    text: place.text + mount,
    sample: sampleBelow(place, layer, mount)?.replace(/\/$/, ''),
    isEverywhere: place.isEverywhere && passesAll(layer),
    seen: (path) => {
      const seen = place.seen(path);
      return seen === undefined ? undefined : behind(layer, seen);
    },
  };
}

/** A path that comes to a layer by way of `mount`; undefined if none is known. */
export function sampleBelow(place: Place, layer: Layer, mount: string): string | undefined {
  const sample = sampleFor(layer, mount);
  return place.sample === undefined || sample === undefined ? undefined : place.sample + sample;
}

/** Whether a request for a path comes to a layer; undefined if the app does not say. */
export function comesTo(layer: Layer, place: Place, path: string | undefined): boolean | undefined {
  if (place.isEverywhere && passesAll(layer)) return true;
  if (path === undefined) return undefined;
  const seen = place.seen(path);
  return seen !== undefined && behind(layer, seen) !== undefined;
}
