// Bytes that V8 takes for an empty object or array with its place in another one, and for a member that is named only once. Names and
// elements that are like others take less, so that it is rather too much than too little. A test measures what values take.
const bytesOfContainer = 56;
const bytesOfMember = 24;
const bytesOfElement = 16;
const bytesOfText = 8;
// In addition: the hidden class of an object with names in an order of its own, and the hash table of names that are numbers.
const bytesOfNewClass = 72;
const bytesOfIndex = 104;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;

// Classes that were seen, by hash. Larger numbers of them are counted again and again, which is rather too much.
const seen = new Int32Array(4096);
// The class that an object has so far, by depth. Deeper messages are refused.
const classes = new Int32Array(256);
// Not known to callers, so that they cannot choose names with the same hash.
const factor = Math.floor(Math.random() * 2 ** 30) * 4 + 1;
let messages = 0;

/**
 * Estimates the bytes that a JSON value takes in memory: up to thirty times what its text does, since `{}` is an object. Goes through the
 * text once and parses nothing.
 *
 * @param text - JSON text; of what is none, the number means nothing
 * @param bytes - of the text
 */
export function jsonWeight(text: string, bytes: number): number {
  // A class of another message is none of this one.
  messages = (messages + 1) | 0;
  let weight = bytesOfTexts(text, bytes);
  let depth = 0;
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        start = at + 1;
        end = endOfText(text, at);
        at = end;
        weight += bytesOfText;
        break;
      case comma:
        weight += bytesOfElement;
        break;
      case colon:
        weight += bytesOfMember;
        weight += mayBeIndex(text.charCodeAt(start)) ? bytesOfIndex : classWeight(text.slice(start, end), depth);
        break;
      case 0x5b:
        weight += bytesOfContainer;
        break;
      case 0x7b:
        weight += bytesOfContainer;
        depth = (depth + 1) % classes.length;
        classes[depth] = messages;
        break;
      case 0x7d:
        depth = (depth + classes.length - 1) % classes.length;
    }
  }
  return weight;
}

/** V8 takes two bytes for every character of a text as soon as one is beyond Latin-1. */
function bytesOfTexts(text: string, bytes: number): number {
  const canBeWide = bytes !== text.length || text.includes('\\u');
  return canBeWide ? Math.max(bytes, 2 * text.length) : bytes;
}

/** Returns what the class takes that an object gets by one more member, or 0 if another object has it. */
function classWeight(name: string, depth: number): number {
  let hash = classes[depth] ?? 0;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), factor);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, factor);
  classes[depth] = hash;
  const place = hash >>> 20;
  if (seen[place] === hash) return 0;
  seen[place] = hash;
  return bytesOfNewClass;
}

/** A digit can also be written as an escape. */
function mayBeIndex(code: number): boolean {
  return code === backslash || (code >= 0x30 && code <= 0x39);
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
