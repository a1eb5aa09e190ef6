import type { Answers, Question, QuestionAnswer } from './test-client-options.js';

type Members = Readonly<Record<string, unknown>>;

/** Answers questions of a handler, by their names. */
export async function answerAll(requests: Members, answer: Answers | undefined): Promise<Members> {
  const answers = Object.entries(requests).map(async ([name, asked]) => {
    const { method, params } = asked as Question;
    return [name, await answerOne({ name, method, ...(params === undefined ? {} : { params }) }, answer)] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

/** Answers one question. */
export async function answerOne(question: Question, answer: Answers | undefined): Promise<QuestionAnswer | undefined> {
  return typeof answer === 'function' ? answer(question) : answer;
}
