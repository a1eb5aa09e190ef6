import { displayName } from '../../errors/display-name.js';
import { ProtocolError } from '../../errors/protocol-error.js';

/** The answer to a method that there is not, or not for this caller. */
export function methodNotFound(name: string): ProtocolError {
  return new ProtocolError('method_not_found', `Method not found: ${displayName(name)}`);
}
