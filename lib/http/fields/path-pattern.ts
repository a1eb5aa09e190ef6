/**
 * Whether a path was meant as a pattern for several: with a parameter of Express (`/:tenant`), a placeholder (`{tenant}`, `<tenant>`,
 * `[tenant]`) or a wildcard. Paths are compared as they are, so nothing would ever fit it.
 *
 * @param path - as it was written, or as `URL` writes it
 */
export function isPathPattern(path: string): boolean {
  return /\/:[a-z_]|[{}<>*]|%(?:7[bd]|3[ce])|\/\[\.{0,3}[a-z_]/i.test(path);
}

/** Whether a value is one path, without query, fragment and parameters. */
export function isPlainPath(value: unknown): boolean {
  return typeof value === 'string' && /^\/[^?#\s]*$/.test(value) && !isPathPattern(value);
}

/**
 * Whether the name of a host was meant as a pattern, such as `*.example.com` or `{tenant}.example.com`. `URL` takes characters that no host has.
 *
 * @param hostname - as `URL` writes it
 */
export function isHostPattern(hostname: string): boolean {
  return /[^a-z0-9._:[\]-]/.test(hostname);
}
