import type { Eventually } from '../../promises/and-then.js';
import type * as compiling from './checks/compile-validator.js';

type Validation = typeof compiling;

let loaded: Validation | undefined;

/**
 * Loads ajv when the first value is to be validated, and not with the package. It takes a third of the time that importing Express takes.
 * A failure is not kept, so the next call tries again.
 *
 * @returns the module itself once it is loaded
 */
export function loadValidation(): Eventually<Validation> {
  return (
    loaded ??
    import('./checks/compile-validator.js').then((validation) => {
      loaded = validation;
      return validation;
    })
  );
}
