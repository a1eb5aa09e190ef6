// Kinds of tokens, seen before and seen for the first time. A DPoP proof is new with every request in any case.
import { algorithms } from '../work/issuer.mjs';
import { callAdd } from '../work/requests.mjs';

const era = 'modern';
const bearer = (token) => callAdd(era, { authorization: `Bearer ${token}` });

export async function run({ contestants, issuer, compare, quick }) {
  const amount = quick ? 200 : 1000;
  const several = (make) => Promise.all(Array.from({ length: amount }, make));
  const [us] = contestants('tokens', era);
  const entrant = (id, title, requests, settings = {}) => ({
    ...us,
    id,
    title,
    settings: { tools: 1, ...settings },
    requests,
  });
  const bound = async (token) => callAdd(era, { authorization: `DPoP ${token}`, dpop: await issuer.proof(token) });
  const kinds = await Promise.all(
    algorithms.map(async (algorithm) => {
      const known = await issuer.token({ algorithm });
      return [
        entrant(`${algorithm}-known`, `${algorithm}, seen before`, () => [bearer(known)]),
        entrant(`${algorithm}-new`, `${algorithm}, first use`, () =>
          several(async () => bearer(await issuer.token({ algorithm }))),
        ),
      ];
    }),
  );
  const known = await issuer.token({ bound: true });
  const dpop = { dpop: 'supported' };
  const entrants = [
    ...kinds.flat(),
    entrant('DPoP-known', 'ES256 bound by DPoP, seen before', () => several(() => bound(known)), dpop),
    entrant(
      'DPoP-new',
      'ES256 bound by DPoP, first use',
      () => several(async () => bound(await issuer.token({ bound: true }))),
      dpop,
    ),
  ];
  await compare({ id: 'tokens', title: 'tools/call by kind of token', entrants });
}
