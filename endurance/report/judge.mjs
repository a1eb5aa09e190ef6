/** Tools that may be run again: what was begun by a process that died, or asked for once more by a client. */
const repeatable = new Set(['job', 'look', 'touch']);
/** No answer, though the connection or the patience of the client ended only after the request had been sent. */
const unanswered = new Set(['broken', 'closed', 'gone', 'refused', 'silent', 'wrong']);

/**
 * Counts what became of a load, by kind of operation, from what the nodes wrote into their ledgers and not from what clients believe.
 *
 * - sent: operations; accepted: their handler began, or they were refused as they should be
 * - answered: with the right answer; failed: a task said that it could not be done
 * - refused: attempts that were turned away, with 503 or by nobody listening
 * - cut off: accepted by a process that was killed; lost: accepted by one that lived, and never answered
 * - left: not accepted, and given up by the client: refused for longer than it waits, or the connection ended before an answer
 * - gone: a stream, session or task that a client wanted to go on with, and that Redis did not keep
 * - duplicated: effects beyond the first of a tool that is not safe to repeat; repeated: of one that is
 * - wrong principal: effects or answers for somebody else; missed: listeners that heard nothing of a change
 *
 * @param {readonly object[]} operations - see `Load`
 * @param {{ ledger: Map<string, object[]>, killed: Set<number>, faultEnd: number | undefined }} facts
 */
export function judge(operations, { ledger, killed, faultEnd }) {
  const rows = new Map();
  for (const operation of operations) {
    const row = rows.get(operation.kind) ?? emptyRow(operation.kind);
    rows.set(operation.kind, row);
    count(row, operation, ledger.get(operation.id) ?? [], killed);
    row.recoveryMs = Math.max(row.recoveryMs, disturbedFor(operation, faultEnd));
  }
  return [...rows.values()];
}

/** The row of all kinds together. */
export function sumOf(rows) {
  const sum = emptyRow('all');
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (name === 'recoveryMs') sum[name] = Math.max(sum[name], value);
      else if (typeof value === 'number') sum[name] += value;
      else if (Array.isArray(value)) sum[name].push(...value);
    }
  }
  return sum;
}

function emptyRow(kind) {
  const numbers = { sent: 0, accepted: 0, answered: 0, failed: 0, refused: 0, left: 0, cutOff: 0, gone: 0, missed: 0 };
  const targets = { tasksGone: 0, lost: 0, duplicated: 0, repeated: 0, wrongPrincipal: 0, unexpected: 0 };
  return { kind, ...numbers, ...targets, recoveryMs: 0, details: [] };
}

function count(row, operation, entries, killed) {
  const { answeredFor, answeredId, id, kind, outcome, principal, tool } = operation;
  const runs = entries.filter(({ what }) => what === 'began');
  const effects = entries.filter(({ what }) => what === 'effect').length;
  const isRefusal = tool === undefined && kind === 'bad token';
  const isAccepted = runs.length > 0 || (isRefusal && outcome === 'answered');
  row.sent += 1;
  row.refused += operation.refusals;
  row.gone += operation.sessionsGone ?? 0;
  if (isAccepted) row.accepted += 1;

  const strangers = entries.filter((entry) => isRefusal || entry.principal !== principal).length;
  row.wrongPrincipal += strangers + (answeredFor !== undefined && answeredFor !== principal ? 1 : 0);
  if (answeredId !== undefined && answeredId !== id) tell(row, 'unexpected', operation);
  row[repeatable.has(tool) ? 'repeated' : 'duplicated'] += Math.max(0, effects - 1);

  if (outcome === 'answered') row.answered += 1;
  else if (outcome === 'missed') tell(row, 'missed', operation);
  else if (outcome === 'failed') tell(row, tool === 'charge' ? 'failed' : 'lost', operation);
  else if (outcome === 'gone' && operation.hasLeft) tell(row, 'gone', operation);
  else if (operation.isTaskGone === true) tellTaskGone(row, operation);
  else if (isAccepted && killed.has(runs.at(-1).pid)) row.cutOff += 1;
  else if (isAccepted || outcome === 'silent') tell(row, 'lost', operation);
  else if (outcome === 'wrong' || !unanswered.has(outcome)) tell(row, 'unexpected', operation);
  else tell(row, 'left', operation);
}

function tellTaskGone(row, operation) {
  row.tasksGone += 1;
  tell(row, 'gone', operation);
}

function tell(row, what, { id, kind, outcome, detail, startedAt, endedAt }) {
  row[what] += 1;
  row.details.push({ what, id, kind, outcome, detail, startedAt, endedAt });
}

/** How long after the fault somebody was still turned away, or began what did not succeed, in milliseconds. */
function disturbedFor({ lastRefusedAt = -Infinity, outcome, startedAt }, faultEnd) {
  if (faultEnd === undefined) return 0;
  const isBad = outcome !== 'answered' && outcome !== 'failed';
  return Math.max(0, lastRefusedAt - faultEnd, isBad ? startedAt - faultEnd : 0);
}
