/** Longest message that is read unless an option says otherwise, in bytes: 4 MiB. */
export const defaultMessageBytes = 4 * 1024 * 1024;
