// RFC 4648 §4, one character class at a time, so that megabytes cost no stack.
const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Checks the bytes of an image, a sound or a resource. Clients decode them at once, and lose the whole answer when they cannot.
 *
 * @param data - what the handler gave
 * @param place - where it stands, for messages
 * @throws TypeError that says what it looks like, and what to write
 */
export function assertBase64(data: string, place: string): void {
  if (data.length % 4 === 0 && alphabet.test(data)) return;
  throw new TypeError(`${place} must be raw base64${mistakeIn(data)}. Write Buffer.from(bytes).toString('base64')`);
}

function mistakeIn(data: string): string {
  if (/^data:/i.test(data)) return ', without "data:" and what stands before the comma';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(data)) return ', not the URL of the data';
  if (/\s/.test(data)) return ', without spaces and line breaks';
  if (/^[\w-]*={0,2}$/.test(data) && /[-_]/.test(data)) return ', not base64url';
  return alphabet.test(data) ? ', padded with "="' : '';
}
