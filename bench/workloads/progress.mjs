// A call that tells of its progress ten times before it is answered: a stream of eleven events.
import { callReport } from '../work/requests.mjs';

const elevenEvents = /^(data|event|id|retry)[^]*("progress":\d+[^]*){10}"sum":5/;

export async function run({ contestants, issuer, compare }) {
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  for (const era of ['modern', 'legacy']) {
    const entrants = contestants('progress', era).map((contestant) => ({
      ...contestant,
      settings: { tools: 1, reports: true },
      headers,
      requests: () => [callReport(era, headers)],
      answer: elevenEvents,
    }));
    await compare({ id: `progress-${era}`, title: `ten progress notifications and an answer, ${era} era`, entrants });
  }
}
