import type { ScopeRequirement } from './scope-requirement.js';

/** The description of an empty requirement. No scope looks like it, because scopes have no spaces. */
export const noScopes = 'no scopes';

/**
 * A requirement in words, in the order in which the developer wrote it.
 *
 * @param requirement - one that {@link compileRequirement} has accepted
 * @returns for example `notes:read and (notes:admin or notes:write)`
 */
export function describeRequirement(requirement: ScopeRequirement): string {
  return wordsFor(requirement).text;
}

interface Words {
  readonly text: string;
  /** The word between its parts, which decides about parentheses around it. */
  readonly joint: 'and' | 'or' | undefined;
}

function wordsFor(requirement: ScopeRequirement): Words {
  if (typeof requirement === 'string') return { text: requirement, joint: undefined };
  if ('anyOf' in requirement) {
    const alternatives = requirement.anyOf.map(wordsFor);
    // An alternative without scopes is always satisfied, and so is the whole.
    return alternatives.find(isNothing) ?? join(alternatives, 'or');
  }
  const parts = 'allOf' in requirement ? requirement.allOf : requirement;
  return join(
    parts.map(wordsFor).filter((part) => !isNothing(part)),
    'and',
  );
}

function isNothing({ text }: Words): boolean {
  return text === noScopes;
}

function join(parts: readonly Words[], joint: 'and' | 'or'): Words {
  const [first] = parts;
  if (first === undefined) return { text: noScopes, joint: undefined };
  if (parts.length === 1) return first;
  const texts = parts.map((part) => (part.joint === undefined || part.joint === joint ? part.text : `(${part.text})`));
  return { text: texts.join(` ${joint} `), joint };
}
