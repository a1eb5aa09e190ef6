/** Severities of log messages, the lowest first (RFC 5424 §6.2.1; MCP `server/utilities/logging#log-levels`). */
export const logLevels = [
  ...(['debug', 'info', 'notice', 'warning'] as const),
  ...(['error', 'critical', 'alert', 'emergency'] as const),
] as const;

/** How severe a log message is. */
export type LogLevel = (typeof logLevels)[number];

/** Whether a value is the name of a severity. */
export function isLogLevel(value: unknown): value is LogLevel {
  return (logLevels as readonly unknown[]).includes(value);
}

/**
 * Whether a message is severe enough for who asked for a least severity.
 *
 * @param level - of the message
 * @param least - what was asked for
 */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}
