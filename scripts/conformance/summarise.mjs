const scored = ['SUCCESS', 'FAILURE', 'WARNING'];
const unscored = ['SKIPPED', 'INFO'];

/**
 * Counts the checks of a revision, and says what is wrong.
 *
 * @param spec - a revision, or `extensions`
 * @param outcomes - the scenarios that had to run, each with its checks, or without when it left none
 * @param folder - where the logs are, for the messages
 * @returns the line with the figures; what fails the run; what was left out, for the reader to judge
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
      // A status that we do not know must not read as a pass.
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

/** What the suite skipped, and a scenario that came to no verdict at all. */
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
