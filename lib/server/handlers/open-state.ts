import { ProtocolError } from '../../errors/protocol-error.js';
import { hashToken } from '../../oauth/token-hash.js';
import type { SealBinding } from '../../sealing/state-sealer.js';
import { requestStateSeconds } from '../../sealing/state-sealer.js';
import { fromStorage } from '../../stores/storage-unavailable.js';
import type { EndpointServices } from '../call/call.js';

/**
 * Opens the state that a client brought back. Where the app gave a replay store, each state opens once (MCP
 * `basic/patterns/mrtr#server-requirements-basic-workflow`).
 *
 * @param endpoint - which sealed it
 * @param sealed - what the client sent
 * @param facts - `binding` is what it is bound to, `principal` whose it is
 * @returns a promise of what the handler had given
 * @throws ProtocolError `invalid_params` if it is not valid here, or was used before
 * @throws ProtocolError `storage_unavailable` if the store cannot tell
 */
export async function openState(
  { sealer, replay }: Pick<EndpointServices, 'replay' | 'sealer'>,
  sealed: string,
  { binding, principal }: { readonly binding: SealBinding; readonly principal: string },
): Promise<unknown> {
  const { state, id } = await sealer.open(sealed, binding);
  if (replay === undefined) return state;
  const isFirst = await fromStorage(async () =>
    replay.markUsed(`state ${id}`, requestStateSeconds + 1, hashToken(principal)),
  );
  if (isFirst) return state;
  throw new ProtocolError('invalid_params', 'Invalid params: requestState was used before; start again without it');
}
