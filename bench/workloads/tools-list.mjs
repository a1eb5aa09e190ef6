// Lists of 10 to 10,000 tools in one page. With mixed scopes, half of the tools are hidden from the caller.
import { listTools } from '../work/requests.mjs';

// If a server is built for every request, 10,000 tools take too long.
const maxTools = { 'sdk-1-stateless': 1000, 'sdk-2': 1000 };

export async function run({ contestants, issuer, compare, quick }) {
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  const entrant = ({ eras, ...contestant }, tools, mixedScopes = false) => ({
    ...contestant,
    id: `${contestant.id}${mixedScopes ? '-mixed' : ''}`,
    title: `${contestant.title}${mixedScopes ? ', half of them hidden' : ''}`,
    settings: { tools, mixedScopes },
    headers,
    requests: () => [listTools(eras.at(-1), headers)],
    answer: /"add"/,
  });
  for (const tools of quick ? [1000] : [10, 100, 1000, 10_000]) {
    const entrants = [
      ...contestants('tools-list')
        .filter(({ id }) => tools <= (maxTools[id] ?? Infinity))
        .map((contestant) => entrant(contestant, tools)),
      ...contestants('listing-mixed').map((contestant) => entrant(contestant, tools, true)),
    ];
    await compare({ id: `tools-list-${tools}`, title: `tools/list, ${tools.toLocaleString('en')} tools`, entrants });
  }
}
