import { StringDecoder } from 'node:string_decoder';
import { isJsonLinesType } from '../media-type.js';

/** Splits a stream into records as it arrives. */
export interface RecordReader {
  /** The records that are complete with this chunk. */
  add(chunk: Buffer): readonly string[];
  /** The rest, when the stream has ended. */
  end(): readonly string[];
}

/**
 * A reader for a stream of a media type.
 *
 * @param type - type and subtype
 * @returns undefined if bodies of this type are not sequences of records
 */
export function recordReader(type: string): RecordReader | undefined {
  // WHATWG HTML §9.2.5: events end with an empty line, lines with CR, LF or both.
  if (type === 'text/event-stream') return reader(/\r\n\r\n|\n\n|\r\r/, eventData);
  if (isJsonLinesType(type)) return reader(/\r?\n/, (line) => line.replaceAll('\u001E', '').trim());
  return undefined;
}

function reader(separator: RegExp, textOf: (record: string) => string): RecordReader {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const records = (texts: readonly string[]): readonly string[] => texts.map(textOf).filter((text) => text !== '');
  return {
    add: (chunk) => {
      const parts = (rest + decoder.write(chunk)).split(separator);
      rest = parts.pop() ?? '';
      return records(parts);
    },
    end: () => records([rest + decoder.end()]),
  };
}

/** The data of an event; comments and other fields only concern the stream. */
function eventData(event: string): string {
  return event
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data:') || line === 'data')
    .map((line) => line.slice(5).replace(/^ /, ''))
    .join('\n');
}
