/** Templates that all begin alike, so that no index can tell them apart by their beginning. */
export const templates = Array.from({ length: 400 }, (_none, index) => `notes:///{owner}/${String(index)}/{+path}`);
