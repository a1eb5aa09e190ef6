// The same call where many tools are registered.
import { callAdd } from '../work/requests.mjs';

const counts = {
  'bare-express': [1],
  'express-mcp': [1, 1000, 10_000],
  'sdk-1-stateless': [1, 100, 1000],
  'sdk-2': [1, 100, 1000],
};

export async function run({ contestants, issuer, compare }) {
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  const entrants = contestants('many-tools').flatMap(({ eras, ...contestant }) =>
    (counts[contestant.id] ?? [1, 1000]).map((tools) => ({
      ...contestant,
      id: `${contestant.id}-${tools}`,
      title: `${contestant.title}, ${tools.toLocaleString('en')} tools`,
      settings: { tools },
      headers,
      requests: () => [callAdd(eras.at(-1), headers)],
      answer: /5/,
    })),
  );
  await compare({ id: 'many-tools', title: 'tools/call with many tools', entrants });
}
