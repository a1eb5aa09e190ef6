/**
 * Sets a member of an object. One with the name `__proto__` becomes a member like others; assigned, it would become what the object
 * inherits from.
 *
 * @param object - the object, which may be changed
 * @param name - of the member
 * @param value - its value
 */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
