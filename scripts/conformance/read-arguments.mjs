import { parseArgs } from 'node:util';

const usage = `npm run conformance -- [--spec <revision>]… [--scenario <pattern>]… [--open | --protected]

  --spec       a revision such as 2025-11-25, or extensions; all without it
  --scenario   a name of a scenario, in which * stands for anything; all without it
  --open       only the endpoint that wants no tokens
  --protected  only the endpoint that wants tokens`;

/**
 * Reads the options of the command line.
 *
 * @param args - without the program and the script
 */
export function readArguments(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        spec: { type: 'string', multiple: true },
        scenario: { type: 'string', multiple: true },
        open: { type: 'boolean' },
        protected: { type: 'boolean' },
      },
    }));
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  const { spec, scenario } = values;
  const endpoints = ['open', 'protected'].filter((name) => values[name] === true);
  // Names of scenarios are words and hyphens, so only the star is special in a regular expression.
  const patterns = scenario?.map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
  return {
    isComplete: spec === undefined && patterns === undefined && endpoints.length === 0,
    endpoints: endpoints.length === 0 ? ['open', 'protected'] : endpoints,
    runsWholeRevisions: patterns === undefined,
    wantsSpec: (name) => spec?.includes(name) ?? true,
    wantsScenario: (name) => patterns?.some((pattern) => pattern.test(name)) ?? true,
  };
}
