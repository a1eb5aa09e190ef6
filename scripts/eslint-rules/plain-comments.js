// Comments in plain words (see CONTRIBUTING.md): the subject of a sentence is the thing of the code, and actors have names.
'use strict';

const { longSentences, sentencesOf, stiltedWords } = require('../plain-words/plain-words.js');

/** The comment without stars, examples and code. A tag ends a sentence; the name of a parameter is none. */
function proseOf(text) {
  return text
    .replace(/^\s*\*+ ?/gm, '')
    .replace(/```[\s\S]*?(?:```|$)/g, '\n\n')
    .replace(/@example[\s\S]*?(?=^@|$(?![\s\S]))/gm, '\n\n')
    .replace(/^@\w+(?: \S+ -)?/gm, '\n\n')
    .replace(/\{@link [^}]*\}/g, 'code');
}

const maxWords = 25;

/** Problems of a comment without its delimiters, each with advice. */
function problemsIn(text) {
  const sentences = sentencesOf(proseOf(text));
  return [...sentences.flatMap(stiltedWords), ...longSentences(sentences, maxWords)];
}

/** Names of constants that are limits by the form of a superlative. */
const superlative = /^(?:most|longest|shortest|fewest|least|largest|smallest)(?=[A-Z])/;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: {
      description: 'Comments name the actor, begin with the noun or verb of the thing, and have short sentences',
    },
    schema: [],
    messages: {
      plain: 'Write it plainly. {{ problem }}.',
      limit: 'Call a limit `max…` or `min…` instead of `{{ name }}`.',
    },
  },
  create(context) {
    return {
      Program() {
        for (const group of grouped(context.sourceCode.getAllComments())) {
          const text = group.map(({ value }) => value.replace(/^ /, '')).join('\n');
          for (const problem of problemsIn(text)) {
            context.report({ loc: group[0].loc, messageId: 'plain', data: { problem } });
          }
        }
      },
      'VariableDeclarator > Identifier.id'(node) {
        if (superlative.test(node.name) && node.parent.parent.kind === 'const') {
          context.report({ node, messageId: 'limit', data: { name: node.name } });
        }
      },
    };
  },
};

/** Lines of `//` that follow each other are one comment. */
function grouped(comments) {
  const groups = [];
  for (const comment of comments) {
    const last = groups.at(-1)?.at(-1);
    const goesOn =
      last?.type === 'Line' &&
      comment.type === 'Line' &&
      comment.loc.start.line === last.loc.end.line + 1 &&
      comment.loc.start.column === last.loc.start.column;
    if (goesOn) groups.at(-1).push(comment);
    else groups.push([comment]);
  }
  return groups;
}
