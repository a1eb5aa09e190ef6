const subjects = ['ada', 'ben', 'cleo', 'dan'];
const clients = ['desktop', 'phone'];

/**
 * People with two clients each, and a token for both. No two of them may ever be taken for one another.
 *
 * @param {{ token(options: object): Promise<string> }} issuer
 * @param {number} expiresIn - seconds
 */
export async function createPrincipals(issuer, expiresIn) {
  const all = subjects.flatMap((subject) => clients.map((clientId) => ({ subject, clientId })));
  return Promise.all(
    all.map(async ({ subject, clientId }) => ({
      name: `${subject}/${clientId}`,
      token: await issuer.token({ subject, clientId, scope: 'use', expiresIn }),
    })),
  );
}
