import type { Request } from 'express';

/** Express's `Request`, under a name that editors show without its five type arguments. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an alias would be shown as what it stands for
export interface ExpressRequest extends Request {}
