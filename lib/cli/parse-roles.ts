import type { Role } from '../testing/access-matrix.js';
import { assertScope } from '../oauth/scope.js';
import { UsageError } from './usage-error.js';

/**
 * Reads what stands after each `--role`.
 *
 * @param texts - such as `reader=notes:read` and `stranger=`
 * @returns scopes by name of the role, in the order in which they were given
 * @throws UsageError when one is no role, or a name comes twice
 */
export function parseRoles(texts: readonly string[]): ReadonlyMap<string, NonNullable<Role>> {
  const roles = new Map<string, NonNullable<Role>>();
  for (const text of texts) {
    const { name = '', list = '' } = /^(?<name>[^=]+)=(?<list>.*)$/s.exec(text)?.groups ?? {};
    if (name === '') {
      throw new UsageError(`--role must be name=scope1,scope2, not "${text}". A role may have no scopes: "guest=".`);
    }
    if (roles.has(name)) throw new UsageError(`--role ${name} is given twice.`);
    roles.set(name, scopesOf(list, name));
  }
  return roles;
}

function scopesOf(list: string, role: string): readonly string[] {
  const scopes = list.split(/[\s,]+/).filter((scope) => scope !== '');
  for (const scope of scopes) assertScope(scope, `--role ${role}`);
  return scopes;
}
