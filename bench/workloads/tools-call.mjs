// The call that everything is about: a token that was seen before, a tool that adds two numbers.
import { callAdd } from '../work/requests.mjs';

export async function run({ contestants, issuer, compare }) {
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  for (const era of ['modern', 'legacy']) {
    const entrants = contestants('tools-call', era).map((contestant) => ({
      ...contestant,
      settings: { tools: 1 },
      headers,
      requests: () => [callAdd(era, headers)],
      answer: /5/,
    }));
    await compare({ id: `tools-call-${era}`, title: `tools/call, token seen before, ${era} era`, entrants });
  }
}
