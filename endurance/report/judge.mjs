/** Tools that may run again: after their process died, or because a client repeated the call. */
const repeatable = new Set(['job', 'look', 'touch']);
/** Failures after the request had been sent. */
const unanswered = new Set(['broken', 'closed', 'gone', 'refused', 'silent', 'wrong']);

/**
 * Counts the outcomes of a load by kind of operation. It uses the ledgers of the nodes, not the beliefs of clients.
 *
 * - sent: operations; accepted: their handler began, or they were correctly refused
 * - answered: with the right answer; failed: the task reported a failure
 * - refused: attempts that got 503, or found no listener
 * - cut off: accepted by a process that was killed; lost: accepted by a living one, and never answered
 * - left: not accepted, and given up by the client after too many refusals, or because the connection ended before an answer
 * - gone: a stream, session or task to resume that Redis no longer had
 * - duplicated: effects beyond the first of a tool that is not safe to repeat; repeated: of one that is
 * - wrong principal: effects or answers for another principal; missed: listeners that missed a change
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

/** Milliseconds after the fault in which attempts were still refused, or began and failed. */
function disturbedFor({ lastRefusedAt = -Infinity, outcome, startedAt }, faultEnd) {
  if (faultEnd === undefined) return 0;
  const isBad = outcome !== 'answered' && outcome !== 'failed';
  return Math.max(0, lastRefusedAt - faultEnd, isBad ? startedAt - faultEnd : 0);
}
