// What bench/ and endurance/ need beside the package: dependencies of bench/ alone.
import { ensureFolderInstalled } from './install-folder.mjs';

/** Installs the other servers, and what makes load. */
export function ensureContestants() {
  ensureFolderInstalled('bench');
}
