// Bytes that V8 takes for an empty object or array with its place in another one, and for a member that is named only once. Names and
// elements that are like others take less, so that it is rather too much than too little.
const bytesOfContainer = 48;
const bytesOfMember = 32;
const bytesOfElement = 16;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;

/**
 * Estimates the bytes that a JSON value takes in memory: up to twenty times what its text does, since `{}` is an object. Goes through the
 * text once and parses nothing.
 *
 * @param text - JSON text; of what is none, the number means nothing
 * @param bytes - of the text
 */
export function jsonWeight(text: string, bytes: number): number {
  let weight = bytes;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfText(text, at);
        break;
      case comma:
        weight += bytesOfElement;
        break;
      case colon:
        weight += bytesOfMember;
        break;
      case 0x5b:
      case 0x7b:
        weight += bytesOfContainer;
    }
  }
  return weight;
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
