/** Spans of this process: those of express-mcp, and those of the instrumentations. All zero without `telemetry.mjs`. */
export const spanCounts = { begun: { mcp: 0, other: 0 }, ended: { mcp: 0, other: 0 } };
