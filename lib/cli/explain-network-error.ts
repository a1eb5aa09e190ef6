/** Error codes of the system with their meanings. */
const meanings: Readonly<Partial<Record<string, string>>> = {
  ECONNREFUSED: 'refuses connections: nothing listens there',
  ECONNRESET: 'hangs up without an answer',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
  ENOTFOUND: 'has a host name that does not resolve',
  EAI_AGAIN: 'has a host name that does not resolve',
  EPROTO: 'does not speak TLS on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS on this port',
  CERT_HAS_EXPIRED: 'has a certificate that expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that is not trusted (self-signed)',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that is not trusted (self-signed)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'does not send the certificates between its own and the root',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host name',
};

/**
 * Why there is no answer, as the end of a sentence that begins with the URL.
 *
 * @param error - the error of `node:http`
 */
export function explainNetworkError(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return meanings[code ?? ''] ?? message ?? String(error);
}
