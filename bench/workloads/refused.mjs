// A call without the scope of the tool, and the same call with it.
import { callAdd } from '../work/requests.mjs';

export async function run({ contestants, issuer, compare, quick }) {
  for (const era of quick ? ['modern'] : ['modern', 'legacy']) {
    const allowed = callAdd(era, { authorization: `Bearer ${await issuer.token()}` });
    const refused = callAdd(era, { authorization: `Bearer ${await issuer.token({ scope: 'other' })}` });
    const entrants = contestants('refused', era).flatMap((contestant) => [
      {
        ...contestant,
        id: `${contestant.id}-allowed`,
        title: `${contestant.title}, allowed (200)`,
        settings: { tools: 1 },
        requests: () => [allowed],
      },
      {
        ...contestant,
        id: `${contestant.id}-refused`,
        title: `${contestant.title}, refused (403)`,
        settings: { tools: 1 },
        requests: () => [refused],
        status: 403,
      },
    ]);
    await compare({ id: `refused-${era}`, title: `tools/call without the tool's scope, ${era} era`, entrants });
  }
}
