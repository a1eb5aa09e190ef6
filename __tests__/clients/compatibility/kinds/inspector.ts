import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Person } from '../../../../examples/notes/person.js';
import type { CallResult, ClientKind, SignInOutcome } from '../driven-client.js';
import type { Endpoint } from '../endpoint.js';
import { textOf } from '../probes.js';
import { callBack } from './call-back.js';
import { askedScopes } from './client-2.js';

/** Place of the inspector. It is too large to be a dependency, and needs a newer Node than we do. */
export interface InspectorPlace {
  /** Path of a suitable Node. */
  readonly node: string;
  /** Path of its program. */
  readonly program: string;
  readonly version: string;
}

const shows = 'shows only the result of the one call that it makes';
const lacksAlways = {
  completion: 'has no method for it',
  progress: shows,
  logging: shows,
  elicitation: 'declares no elicitation: the tool is refused',
  cancel: 'one call, to its end',
  listChanged: shows,
  subscribe: 'has no method for it',
  endSession: 'leaves without a word',
  stepUp: 'uses its refresh token first, which brings the same scopes again, and gives up',
  stepUpScopes: 'uses its refresh token first, which brings the same scopes again, and gives up',
};
const modernLacks = {
  ...lacksAlways,
  resume: '2026-07-28 has no streams that can be resumed: a client sends the request again',
  endSession: '2026-07-28 has no sessions',
};

/** The command line of the official inspector: a process for each request. */
export function inspectors(place: InspectorPlace): readonly ClientKind[] {
  return [kindOf(place, 'inspector', 'legacy', lacksAlways), kindOf(place, 'inspector, modern', 'modern', modernLacks)];
}

function kindOf(place: InspectorPlace, heading: string, era: string, lacks: ClientKind['lacks']): ClientKind {
  return {
    name: heading,
    package: '@modelcontextprotocol/inspector',
    version: place.version,
    how: `a child process, --cli --protocol-era ${era}`,
    lacks,
    connect: (endpoint, token) => {
      const ask = (...flags: readonly string[]): Promise<Members> =>
        resultOf(run(place, endpoint, ['--protocol-era', era, '--header', `Authorization: Bearer ${token}`, ...flags]));
      return Promise.resolve(drive(ask));
    },
    signIn: (endpoint) => signIn(place, endpoint, era),
  };
}

type Members = Readonly<Record<string, unknown>>;

function drive(ask: (...flags: readonly string[]) => Promise<Members>): Awaited<ReturnType<ClientKind['connect']>> {
  const names = (items: unknown, member: string): string[] =>
    (items as readonly Members[]).map((item) => String(item[member]));
  return {
    call: (tool, args = {}): Promise<CallResult> =>
      ask('--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)),
    list: async () => {
      const [{ tools }, { prompts }, { resources }] = await Promise.all([
        ask('--method', 'tools/list'),
        ask('--method', 'prompts/list'),
        ask('--method', 'resources/list'),
      ]);
      return { tools: names(tools, 'name'), prompts: names(prompts, 'name'), resources: names(resources, 'uri') };
    },
    promptText: async (prompt, args) => {
      const pairs = Object.entries(args).map(([name, value]) => `${name}=${value}`);
      const { messages } = await ask('--method', 'prompts/get', '--prompt-name', prompt, '--prompt-args', ...pairs);
      return textOf({ content: (messages as readonly Members[]).map(({ content }) => content) });
    },
    resourceText: async (uri) => {
      const { contents } = await ask('--method', 'resources/read', '--uri', uri);
      return textOf({ content: contents });
    },
    completions: () => Promise.reject(new Error(lacksAlways.completion)),
    callWithLogs: () => Promise.reject(new Error(shows)),
    on: () => undefined,
    subscribe: () => Promise.reject(new Error(lacksAlways.subscribe)),
    listen: () => Promise.reject(new Error(shows)),
    endSession: () => Promise.reject(new Error(lacksAlways.endSession)),
    close: () => Promise.resolve(),
  };
}

interface Running {
  /** Its last output, as JSON. */
  readonly printed: Promise<string>;
  /** Addresses that the user was sent to. */
  readonly authorizations: readonly URL[];
}

/** Starts one process, with a user who agrees and signs in. */
function run({ node, program }: InspectorPlace, { url }: Endpoint, flags: readonly string[]): Running {
  const folder = mkdtemp(path.join(tmpdir(), 'inspector-'));
  const authorizations: URL[] = [];
  const finish = async (): Promise<string> => {
    const home = await folder;
    const child = spawn(node, [program, '--cli', url.href, '--transport', 'http', '--format', 'json', ...flags], {
      // It gets none of this machine's stored data; and without a PATH it finds no browser to open.
      env: { HOME: home, PATH: home, MCP_INSPECTOR_SECRET_STORE: 'memory', MCP_AUTO_OPEN_ENABLED: 'true' },
    });
    child.stdin.end('y\n');
    const person = new Person({ name: 'ada' });
    let messages = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      messages += `${line}\n`;
      const address = /https?:\S*[?&]code_challenge=\S*/.exec(line)?.[0];
      if (address === undefined) return;
      authorizations.push(new URL(address));
      void person.visit(new URL(address)).then(callBack);
    });
    const printed = await text(child.stdout);
    await rm(home, { recursive: true, force: true });
    return printed === '' ? messages : printed;
  };
  return { printed: finish(), authorizations };
}

async function resultOf({ printed }: Running): Promise<Members> {
  const output = await printed;
  const start = output.indexOf('{');
  const { error, result } = JSON.parse(start < 0 ? 'null' : output.slice(start)) as {
    error?: Members;
    result?: Members;
  };
  if (result === undefined) throw new Error(JSON.stringify(error ?? output));
  return result;
}

async function signIn(place: InspectorPlace, endpoint: Endpoint, era: string): Promise<SignInOutcome> {
  const flags = ['--protocol-era', era, '--method', 'tools/call', '--tool-name', 'write'];
  const running = run(place, endpoint, flags);
  const written = await resultOf(running).then(textOf, String);
  return { asked: askedScopes(running.authorizations), written };
}
