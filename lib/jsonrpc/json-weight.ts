// Bytes that V8 takes for an empty object or array with its place in another one, for a member, an element, and a text.
// They are rather too large than too small. A test measures the worst shapes.
const bytesOfContainer = 56;
const bytesOfMember = 32;
const bytesOfElement = 16;
const bytesOfText = 16;
// A name that was not seen lately makes a hidden class, and a number as a name makes V8 reserve places for numbers nearby.
const bytesOfNewName = 128;
const bytesOfNumberedName = 192;

// Tags of names that were seen lately, by hash. The seed keeps clients from names that collide.
const tags = new Uint16Array(4096);
let seed: number | undefined;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;

/**
 * Estimates the bytes that a JSON value takes in memory. These are up to forty times what its text takes: `{}` is an object, and `{"9":0}`
 * one with room for more. Goes through the text once and does not parse it.
 *
 * @param text - JSON text; of what is none, the number means nothing
 * @param bytes - of the text
 */
export function jsonWeight(text: string, bytes: number): number {
  tags.fill(0);
  // One character beyond Latin-1 makes a text take two bytes for each.
  const isWide = text.includes('\\u') || (bytes !== text.length && /[^\0-\xff]/.test(text));
  let weight = isWide ? Math.max(bytes, 2 * text.length) : bytes;
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        start = at;
        at = endOfText(text, at);
        end = at;
        weight += bytesOfText;
        break;
      case comma:
        weight += bytesOfElement;
        break;
      case colon:
        weight += bytesOfMember + bytesOfName(text, start + 1, end);
        break;
      case 0x5b:
      case 0x7b:
        weight += bytesOfContainer;
    }
  }
  return weight;
}

/** Makes a seed, at its first use: Node loads its Web Crypto with it, which takes a tenth of the time that importing Express takes. */
function newSeed(): number {
  const [made = 0] = crypto.getRandomValues(new Uint32Array(1));
  return made;
}

function bytesOfName(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start);
  if (first >= 0x30 && first <= 0x39) return bytesOfNumberedName;
  seed ??= newSeed();
  let hash = seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  const place = hash & 4095;
  const tag = ((hash >>> 12) & 0xffff) | 1;
  if (tags[place] === tag) return 0;
  tags[place] = tag;
  return bytesOfNewName;
}

/**
 * Finds where a text ends that begins at a quotation mark.
 *
 * @param start - where it begins
 * @returns the place of the other mark; the end of `text` if there is none
 */
export function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
