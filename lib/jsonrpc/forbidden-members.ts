/** Matches every text that can name a member that {@link hasForbiddenMember} finds, plainly or by an escape. */
const suspicious = /__proto__|"constructor"|\\u/;

/** Whether JSON text may have a member that changes what objects inherit. Most texts cannot, and are not parsed for it. */
export function isSuspicious(text: string): boolean {
  return suspicious.test(text);
}

/**
 * Whether a JSON value has a member that could change what other objects inherit. An own `__proto__`, or `constructor` with a
 * `prototype` in it, does so once the app assigns it or merges it into another object. `Object.assign({}, args)` is enough.
 *
 * @param value - any JSON value, of any depth
 */
export function hasForbiddenMember(value: unknown): boolean {
  const waiting = [value];
  for (let each = waiting.pop(); waiting.length > 0 || each !== undefined; each = waiting.pop()) {
    if (typeof each !== 'object' || each === null) continue;
    if (isForbidden(each)) return true;
    for (const member of Object.values(each) as readonly unknown[]) {
      if (typeof member === 'object' && member !== null) waiting.push(member);
    }
  }
  return false;
}

function isForbidden(object: object): boolean {
  if (Object.hasOwn(object, '__proto__')) return true;
  if (!Object.hasOwn(object, 'constructor')) return false;
  const { constructor: maker } = object as { readonly constructor: unknown };
  return typeof maker === 'object' && maker !== null && Object.hasOwn(maker, 'prototype');
}
