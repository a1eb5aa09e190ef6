const scored = ['SUCCESS', 'FAILURE', 'WARNING'];
const unscored = ['SKIPPED', 'INFO'];

/**
 * Counts the checks of a revision, and lists its problems.
 *
 * @param spec - a revision, or `extensions`
 * @param outcomes - the expected scenarios, each with its checks if it left any
 * @param folder - has the logs, for the messages
 * @returns the line with the figures; the failures; the omissions, for the reader to judge
 */
export function summarise(spec, outcomes, folder) {
  const counts = { SUCCESS: 0, FAILURE: 0, WARNING: 0 };
  const problems = outcomes.length === 0 ? ['FAIL there is no scenario to run'] : [];
  const notes = [];
  for (const { name, checks } of outcomes) {
    if (checks === undefined) {
      counts.FAILURE += 1;
      problems.push(`FAIL ${name}: crashed or ran out of time, see ${folder}`);
      continue;
    }
    for (const check of checks) {
      // An unknown status must not count as a pass.
      const status = [...scored, ...unscored].includes(check.status) ? check.status : 'FAILURE';
      if (status in counts) counts[status] += 1;
      if (status === 'FAILURE') problems.push(`FAIL ${name}:${check.id}: ${messageOf(check)}`);
      if (status === 'WARNING') problems.push(`WARN ${name}:${check.id}: ${messageOf(check)}`);
    }
    notes.push(...notesOn(name, checks));
  }
  const total = scored.reduce((sum, status) => sum + counts[status], 0);
  const { SUCCESS: passed, FAILURE: failed, WARNING: warnings } = counts;
  const label = /^\d/.test(spec) ? `spec ${spec}` : spec;
  const figures = `${label}: ${passed} passed, ${failed} failed, ${warnings} warnings of ${total} checks`;
  return { figures, problems, notes };
}

/** Notes on skipped checks, and on scenarios without a verdict. */
function notesOn(name, checks) {
  const skipped = checks.filter(({ status }) => status === 'SKIPPED');
  if (skipped.length > 0) return [`skip ${name}: ${skipped.length} of ${checks.length}: ${messageOf(skipped[0])}`];
  if (checks.some(({ status }) => status !== 'INFO')) return [];
  return [`none ${name}: ${checks.length === 0 ? 'no check was made' : messageOf(checks[0])}`];
}

function messageOf({ errorMessage, description }) {
  const line = String(errorMessage ?? description).replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
