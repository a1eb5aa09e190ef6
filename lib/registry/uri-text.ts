/** Whether all characters may be in a URI (RFC 3986 §2); everything else is written percent-encoded there. */
export function isUriText(text: string): boolean {
  return /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/.test(text);
}
