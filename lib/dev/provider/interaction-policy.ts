import type { Configuration, errors, interactionPolicy as policies, KoaContextWithOIDC } from 'oidc-provider';

type Policy = NonNullable<NonNullable<Configuration['interactions']>['policy']>;

/** The part of the module `oidc-provider` that is used here. The module is loaded when it is needed. */
export interface ProviderLibrary {
  readonly errors: typeof errors;
  readonly interactionPolicy: typeof policies;
}

/** The reason for which the user is asked to confirm a sign-in more strongly. */
export const strongerSignIn = 'acr_values';

/**
 * When the user is asked something: what `oidc-provider` asks by itself, and a confirmation when the session lacks what
 * `acr_values` ask for. By OpenID Connect that parameter is a wish; by RFC 9470 §5 it is what the resource demands.
 *
 * @param supported - authentication context classes that a sign-in can reach
 * @param library - the module, which is loaded when it is needed
 */
export function interactionPolicy(supported: readonly string[], library: ProviderLibrary): Policy {
  const { base: defaultPolicy, Check } = library.interactionPolicy;
  const policy = defaultPolicy();
  const isStrongerWanted = ({ oidc }: KoaContextWithOIDC): boolean => {
    const wanted = acrValuesOf(oidc.params);
    if (wanted.length === 0) return Check.NO_NEED_TO_PROMPT;
    // RFC 9470 §5
    if (!wanted.some((value) => supported.includes(value))) {
      throw new library.errors.UnmetAuthenticationRequirements('none of the requested acr_values can be reached');
    }
    return wanted.includes(oidc.session?.acr ?? '') ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
  };
  policy.get('login')?.checks.add(new Check(strongerSignIn, 'a stronger sign-in is required', isStrongerWanted));
  return policy;
}

/**
 * The `acr_values` of an authorization request, the preferred one first.
 *
 * @param parameters - of the request
 */
export function acrValuesOf(parameters: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const values = parameters?.['acr_values'];
  return typeof values === 'string' ? values.split(' ').filter((value) => value !== '') : [];
}
