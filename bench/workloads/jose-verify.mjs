// One bare jose.jwtVerify in a loop, which is what first use of a token is measured by.
import { Helper } from '../harness/process.mjs';
import { median } from '../harness/statistics.mjs';
import { algorithms } from '../work/issuer.mjs';

export async function run({ issuer, publish, quick }) {
  const amount = quick ? 200 : 1000;
  const helper = new Helper('verify-loop.mjs', 'the loop of jose.jwtVerify');
  try {
    const rows = [];
    for (const algorithm of algorithms) {
      const samples = [];
      // The first round is for the compiler.
      for (let round = 0; round <= (quick ? 3 : 5); round += 1) {
        const tokens = await Promise.all(Array.from({ length: amount }, () => issuer.token({ algorithm })));
        samples.push(await helper.ask({ jwks: issuer.jwks, tokens }));
      }
      samples.shift();
      const cpu = median(samples.map((sample) => sample.cpu));
      rows.push({
        id: algorithm,
        title: `${algorithm}, 8 at a time`,
        cpu,
        rate: median(samples.map(({ rate }) => rate)),
      });
    }
    publish({ id: 'jose-verify', title: 'bare jose.jwtVerify, no HTTP', rows });
  } finally {
    await helper.stop();
  }
}
