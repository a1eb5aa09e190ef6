// Texts that people read (errors, findings of the doctor, pages) in plain words, by the word lists of comments and pages.
'use strict';

const { sentencesOf, stiltedWords } = require('../plain-words/plain-words.js');

/** Shorter texts are names, values and parts of sentences. */
const minWords = 4;

/** The text of a literal, a template or their sum, with `value` for what is put in; undefined for everything else. */
function textOf(node) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked).join('value');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? 'value'}${right ?? 'value'}`;
}

const isPartOfSum = ({ parent }) => parent.type === 'BinaryExpression' && parent.operator === '+';

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Messages name the actor and begin with the noun or verb of the thing' },
    schema: [],
    messages: { plain: 'Write it plainly. {{ problem }}.' },
  },
  create(context) {
    function check(node) {
      if (isPartOfSum(node)) return;
      const text = textOf(node);
      if (text === undefined) return;
      for (const sentence of sentencesOf(text)) {
        if (sentence.split(' ').length < minWords) continue;
        for (const problem of stiltedWords(sentence)) context.report({ node, messageId: 'plain', data: { problem } });
      }
    }
    return { Literal: check, TemplateLiteral: check, BinaryExpression: check };
  },
};
