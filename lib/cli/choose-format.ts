import { UsageError } from './usage-error.js';

/**
 * The format that was asked for.
 *
 * @param asked - what stands after `--format`
 * @param formats - those that the command has
 * @throws UsageError for any other
 */
export function chooseFormat<F extends string>(asked: string, formats: readonly F[]): F {
  const format = formats.find((each) => each === asked);
  if (format !== undefined) return format;
  throw new UsageError(`--format must be one of ${formats.join(', ')}, not "${asked}".`);
}
