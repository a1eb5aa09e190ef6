// Installs the dependencies of bench/, which endurance/ uses as well.
import { ensureFolderInstalled } from './install-folder.mjs';

/** Installs the other servers, and the load generators. */
export function ensureContestants() {
  ensureFolderInstalled('bench');
}
