// Comments in plain words (see CONTRIBUTING.md): the subject of a sentence is the thing of the code, and actors have names.
'use strict';

/** Beginnings of sentences whose subject is a pronoun, with what to write instead. */
const beginnings = [
  [/^(?:Who|Whom|Whoever)\b/, 'name the actor: client, caller, server, handler, operator'],
  [/^(?:What|Whatever)\b/, 'begin with the noun or verb of the thing'],
  [/^(?:That|One that|Those that)\b/, 'begin with the noun that is meant'],
  [/^Of\b/, 'put the object behind the verb'],
  [/^Nothing\b/, 'say what the code does, not what it leaves out'],
];

/** Words that are no actor. */
const nobodies = /\b(?:nobody|somebody|anybody|nobody's|somebody's|anybody's)\b/i;

/**
 * The sentences of a comment that are not plain, each with advice.
 *
 * @param {string} text - the comment without its delimiters
 */
function problemsIn(text) {
  const prose = text
    .replace(/^\s*\*+ ?/gm, '')
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/`[^`]*`/g, 'code')
    .replace(/@example[\s\S]*?(?=^@|$(?![\s\S]))/gm, ' ');
  // A tag, an empty line and the end of a sentence begin a new one. A name of a parameter is no sentence.
  const sentences = prose.split(/(?:[.!?]\s+|\n\s*\n|^@\w+(?: \S+ -)?)/m).map((each) => each.trim());
  return sentences.flatMap((sentence) => {
    const found = beginnings.find(([pattern]) => pattern.test(sentence));
    const word = nobodies.exec(sentence);
    return [
      ...(found === undefined ? [] : [`“${firstWords(sentence)} …”: ${found[1]}`]),
      ...(word === null
        ? []
        : [`“${word[0]}” in “${firstWords(sentence)} …”: name the actor: client, caller, server, operator`]),
    ];
  });
}

function firstWords(sentence) {
  return sentence.split(/\s+/).slice(0, 4).join(' ');
}

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Comments name the actor, and begin with the noun or verb of the thing' },
    schema: [],
    messages: { plain: 'Write it plainly. {{ problem }}.' },
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
