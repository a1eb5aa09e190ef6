import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { ItemAccess } from '../registry/access.js';
import { accessOfRoute } from '../server/authorization/route-access.js';
import type { Layer } from './handler-stack.js';
import { handlerOf, stackOf } from './handler-stack.js';
import { mountsOf, textsOf } from './mount-path.js';
import type { Place } from './place.js';
import { below, comesTo, root, sampleBelow } from './place.js';
import { guardsByMethod } from './route-methods.js';

/** A route that `auth.protect` guards, or a prefix. */
export interface ProtectedRoute {
  /** Such as `DELETE /api/notes/:id`, `any /api/notes` for all methods, or `any /api/admin/*` for a prefix and what is below it. */
  readonly name: string;
  /** Rules of each guard that a request for it passes. */
  readonly guards: readonly ItemAccess[];
  /** Whether there may be another guard in front, which takes some of its paths only. */
  readonly dependsOnRequest: boolean;
}

/** A guard that requests for what is behind it may have passed. */
interface StandingGuard {
  readonly access: ItemAccess;
  /** Undefined for all. */
  readonly method: string | undefined;
  /** Undefined if the app does not say. */
  covers(sample: string | undefined): boolean | undefined;
}

/**
 * Reads off an Express app (4 or 5) which of its routes `auth.protect` guards, in the order in which they are mounted. A guard of a
 * prefix counts for the routes behind it.
 *
 * @param app - the app, or a list with the apps that are mounted in it
 * @throws ConfigurationError `invalid_option` for anything else, and where Express does not show what is mounted
 */
export function protectedRoutes(app: unknown): readonly ProtectedRoute[] {
  const apps: readonly unknown[] = Array.isArray(app) ? app : [app];
  if (apps.length === 0 || !apps.every(isExpressApp)) {
    throw new ConfigurationError('invalid_option', 'app must be an Express app, or a list of Express apps.');
  }
  const tour = new Tour(apps);
  for (const each of apps) if (!apps.some((other) => other === parentOf(each))) tour.visit(each, root);
  return tour.routes;
}

/** Whether a value is an app or a router of Express, by what these have; it may be of another copy of Express. */
export function isExpressApp(value: unknown): boolean {
  const { handle, use } = (typeof value === 'function' ? value : {}) as { handle?: unknown; use?: unknown };
  return typeof handle === 'function' && typeof use === 'function';
}

function parentOf(app: unknown): unknown {
  return (app as { readonly parent?: unknown }).parent;
}

/** Goes through an app as a request does. */
class Tour {
  readonly #apps: readonly unknown[];
  readonly #visited = new Set<unknown>();
  readonly #guards: StandingGuard[] = [];
  readonly #found = new Map<string, { guards: Set<ItemAccess>; dependsOnRequest: boolean }>();

  constructor(apps: readonly unknown[]) {
    this.#apps = apps;
  }

  get routes(): readonly ProtectedRoute[] {
    return [...this.#found].map(([name, { guards, dependsOnRequest }]) => ({
      name,
      guards: [...guards],
      dependsOnRequest,
    }));
  }

  visit(router: unknown, place: Place): void {
    for (const layer of stackOf(router) ?? []) {
      const handle = handlerOf(layer);
      const access = handle === undefined ? undefined : accessOfRoute(handle);
      if (layer.route !== undefined) this.#enterRoute(layer, layer.route, place);
      else if (access !== undefined) this.#passGuard(access, layer, place);
      else if (isMountedApp(handle)) this.#visitApp(router, layer, place);
      else if (stackOf(handle) !== undefined) this.#visitBelow(handle, layer, place);
    }
  }

  #passGuard(access: ItemAccess, layer: Layer, place: Place): void {
    for (const mount of knownMounts(layer)) {
      const sample = sampleBelow(place, layer, mount);
      const prefix = [`${place.text}${mount}/*`];
      const names = mount === '' ? (place.route ?? prefix) : prefix;
      for (const each of names) this.#note(`any ${each}`, [access], undefined, sample);
    }
    this.#guards.push({ access, method: undefined, covers: (sample) => comesTo(layer, place, sample) });
  }

  #visitBelow(router: unknown, layer: Layer, place: Place): void {
    if (this.#guards.length === 0 && !hasGuards(router)) return;
    for (const mount of knownMounts(layer)) this.visit(router, below(place, layer, mount));
  }

  /** `app.use(path, otherApp)` puts a function of Express around the other app. */
  #visitApp(parent: unknown, layer: Layer, place: Place): void {
    const mounts = knownMounts(layer);
    const inner = this.#apps.find(
      (each) =>
        !this.#visited.has(each) &&
        parentOf(each) === parent &&
        String(textsOf((each as { readonly mountpath?: unknown }).mountpath)) === String(mounts),
    );
    if (inner === undefined) {
      throw new ConfigurationError(
        'invalid_option',
        `An app is mounted at ${displayName(`${place.text}${String(mounts)}/`)}, and Express does not show what is in it. Name it as well, ` +
          'as in app: [app, admin], or mount an express.Router() instead.',
      );
    }
    this.#visited.add(inner);
    for (const mount of mounts) this.visit(inner, below(place, layer, mount));
  }

  #enterRoute(layer: Layer, route: NonNullable<Layer['route']>, place: Place): void {
    const guards = guardsByMethod(route.stack ?? []);
    for (const path of textsOf(route.path)) {
      const sample = sampleBelow(place, layer, path);
      for (const [method, own] of guards) {
        this.#note(`${method?.toUpperCase() ?? 'any'} ${place.text}${path === '' ? '/' : path}`, own, method, sample);
      }
    }
    for (const [method, own] of guards) {
      for (const access of own) {
        this.#guards.push({ access, method, covers: (sample) => comesTo(layer, place, sample) });
      }
    }
    const inside: Place = {
      ...place,
      route: textsOf(route.path).map((path) => place.text + path),
      isEverywhere: false,
      seen: (path) => (comesTo(layer, place, path) === true ? place.seen(path) : undefined),
    };
    for (const inner of route.stack ?? []) {
      const handle = handlerOf(inner);
      if (stackOf(handle) !== undefined) this.visit(handle, inside);
    }
  }

  #note(name: string, own: readonly ItemAccess[], method: string | undefined, sample: string | undefined): void {
    const covering = this.#guards
      .filter((guard) => guard.method === undefined || guard.method === method)
      .map((guard) => ({ access: guard.access, covers: guard.covers(sample) }));
    const certain = covering.filter(({ covers }) => covers === true).map(({ access }) => access);
    const perhaps = covering.some(({ covers }) => covers === undefined);
    if (own.length === 0 && certain.length === 0 && !perhaps) return;
    const before = this.#found.get(name);
    this.#found.set(name, {
      guards: new Set([...(before?.guards ?? []), ...certain, ...own]),
      dependsOnRequest: perhaps || before?.dependsOnRequest === true,
    });
  }
}

/** Whether there is a guard in a router, or an app, which has to be looked into. */
function hasGuards(router: unknown): boolean {
  return (stackOf(router) ?? []).some((layer) => {
    const handle = handlerOf(layer);
    if (layer.route !== undefined) return hasGuards(layer.route);
    return handle !== undefined && (accessOfRoute(handle) !== undefined || isMountedApp(handle) || hasGuards(handle));
  });
}

function isMountedApp(handle: object | undefined): boolean {
  return (handle as { readonly name?: string } | undefined)?.name === 'mounted_app';
}

function knownMounts(layer: Layer): readonly string[] {
  const mounts = mountsOf(layer);
  if (mounts !== undefined && layer.match !== undefined) return mounts;
  throw new ConfigurationError(
    'invalid_option',
    'The app does not show where its routers and guards are mounted. It takes Express 4.21, or Express 5 with its dependency router in ' +
      'version 2.3 or later: npm update router.',
  );
}
