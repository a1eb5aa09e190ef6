// Word lists for comments and pages, shared by the ESLint rule `plain-comments` and by scripts/plain-words.mjs.
'use strict';

/** Beginnings of sentences whose subject is a pronoun, with the remedy. */
const beginnings = [
  [/^(?:Who|Whom|Whose|Whoever)\b/, 'name the actor: client, caller, server, handler, operator'],
  [/^(?:What|Whatever)\b/, 'begin with the noun or verb of the thing'],
  [/^(?:That|One that|Those that)\b/, 'begin with the noun that is meant'],
  [/^Of\b/, 'put the object behind the verb'],
  [/^(?:Nothing|None of)\b/, 'say what the code does, not what it leaves out'],
  [/^As for\b/, 'begin with the subject'],
];

/** Words with better ones. */
const words = [
  [/\b(?:nobody|somebody|anybody|everybody|whoever)(?:'s)?\b/i, 'name the actor: client, caller, server, operator'],
  [/\bcall(?:s|ed|ing)? off\b/i, 'the word of the specification is “cancel”'],
  [/\bthereby\b/i, 'write “by” or a sentence of its own'],
  [/\blikewise\b/i, 'write “also” or “the same”'],
  [/\bof which\b/i, 'write a sentence of its own'],
  [/\bstands? below\b/i, 'write “is listed below”'],
  [/\bsuch that there\b|\bwhat there is\b/i, 'name the things or the condition'],
];

/** The sentences of some prose. Code in backticks is one word. An empty line, a list item and a table cell end one. */
function sentencesOf(prose) {
  return prose
    .replace(/`[^`]*`/g, 'code')
    .split(/(?<=[.!?][”")]*)\s+|\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\|/)
    .map((each) =>
      each
        .trim()
        .replace(/^(?:[-*]|\d+\.) +/, '')
        .replaceAll(/\s+/g, ' '),
    )
    .filter((each) => each !== '');
}

/** Problems of a sentence by the word lists, each with the remedy. A question may begin with its pronoun. */
function stiltedWords(sentence) {
  const beginning = sentence.endsWith('?') ? undefined : beginnings.find(([pattern]) => pattern.test(sentence));
  const found = words.flatMap(([pattern, remedy]) => {
    const word = pattern.exec(sentence);
    return word === null ? [] : [`“${word[0]}” in “${firstWords(sentence)} …”: ${remedy}`];
  });
  return beginning === undefined ? found : [`“${firstWords(sentence)} …”: ${beginning[1]}`, ...found];
}

/** Problems of sentences that are too long. */
function longSentences(sentences, maxWords) {
  return sentences.flatMap((sentence) => {
    const count = sentence.split(' ').filter((each) => /\w/.test(each)).length;
    return count <= maxWords
      ? []
      : [`“${firstWords(sentence)} …” has ${count} words: make sentences of at most ${maxWords}`];
  });
}

function firstWords(sentence) {
  return sentence.split(' ').slice(0, 4).join(' ');
}

module.exports = { longSentences, sentencesOf, stiltedWords };
