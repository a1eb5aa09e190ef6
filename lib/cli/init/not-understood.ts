/** `init` does not understand the app well enough to change it. The message says why; nothing was written. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}
