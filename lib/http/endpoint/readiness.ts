/** State of a dependency: `ok`, `failing`, or `closing` for a router that was closed. */
export type DependencyStatus = 'closing' | 'failing' | 'ok';

/** Whether a process can serve requests, and if not, which dependency fails. */
export interface Readiness {
  readonly isReady: boolean;
  /** By name. Dependencies without a check, such as a store in memory, are left out. */
  readonly dependencies: Readonly<Record<string, DependencyStatus>>;
}

/** Finds out whether a dependency can be used; rejects if it cannot. */
export type Check = (() => Promise<void>) | undefined;

// Longer than any check of ours takes. A custom store's check may have no limit of its own.
const maxCheckMs = 5000;

/**
 * Checks dependencies, all at once.
 *
 * @param checks - by name; undefined for a dependency without a check
 */
export async function checkDependencies(checks: Readonly<Record<string, Check>>): Promise<Readiness> {
  const statuses = Object.entries(checks).map(async ([name, check]) => {
    return check === undefined ? [] : [[name, await statusOf(check)] as const];
  });
  return readinessOf(Object.fromEntries((await Promise.all(statuses)).flat()));
}

/** Ready if no dependency fails. */
export function readinessOf(dependencies: Readiness['dependencies']): Readiness {
  return { isReady: Object.values(dependencies).every((status) => status === 'ok'), dependencies };
}

/** The reason of a failure stays inside. */
async function statusOf(check: () => Promise<void>): Promise<DependencyStatus> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<DependencyStatus>((resolve) => {
    timer = setTimeout(() => {
      resolve('failing');
    }, maxCheckMs).unref();
  });
  try {
    return await Promise.race([check().then(() => 'ok' as const), timeIsUp]);
  } catch {
    return 'failing';
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The check of a store or a bus, when it has one.
 *
 * @param port - with an optional `check`
 */
export function checkOf(port: { check?(): Promise<void> } | undefined): Check {
  return port?.check === undefined ? undefined : async () => port.check?.();
}
