/**
 * Warns the developer that clients will have to sign in again after the next start.
 *
 * @param reason - why the state is not kept
 */
export function warnOfState(reason: string): void {
  process.emitWarning(`devAuthorizationServer forgets its clients when it stops: ${reason}`, {
    code: 'EXPRESS_MCP_DEV_STATE',
  });
}
