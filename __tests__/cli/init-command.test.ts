import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runCommandLine } from '../../lib/cli/run-command-line.js';

const flags = [
  ...['--resource', 'https://api.example.com/mcp'],
  ...['--issuer', 'https://login.example.com'],
  ...['--scope', 'notes:read'],
];

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files; objects are written as JSON. */
function folderWith(files: Readonly<Record<string, object | string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-init-'));
  folders.push(folder);
  const all = { 'package.json': { name: 'notes', version: '2.0.0' }, ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `init` in a folder, with answers to its questions if there is a terminal. */
async function init(folder: string, args: readonly string[], answers?: readonly string[]): Promise<Outcome> {
  let [out, err] = ['', ''];
  const left = [...(answers ?? [])];
  const ask = async (question: string) => {
    out += question;
    return Promise.resolve(left.shift() ?? '');
  };
  const code = await runCommandLine(['init', ...args], {
    write: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    ask: answers === undefined ? undefined : ask,
    folder,
    now: Date.now,
  });
  return { code, out, err };
}

const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8');

/** The file with the added lines marked, so that a test shows their places. */
async function added(file: string, text: string, manifest: object = {}): Promise<string> {
  const folder = folderWith({ 'package.json': manifest, [file]: text });
  const { code, err } = await init(folder, [...flags, '--yes']);
  expect([code, err]).toEqual([0, '']);
  const before = text.split('\n');
  const marked = read(folder, file)
    .split('\n')
    .map((line) => {
      if (line !== before[0]) return `+${line}`;
      before.shift();
      return line;
    });
  expect(before).toEqual([]);
  return marked.join('\n');
}

const generated = `var createError = require('http-errors');
var express = require('express');
var path = require('path');
var cookieParser = require('cookie-parser');
var logger = require('morgan');

var indexRouter = require('./routes/index');

var app = express();

// view engine setup
app.set('views', path.join(__dirname, 'views'));
app.set('view engine', 'jade');

app.use(logger('dev'));
app.use(express.json());
app.use(express.urlencoded({ extended: false }));
app.use(cookieParser());
app.use(express.static(path.join(__dirname, 'public')));

app.use('/', indexRouter);

// catch 404 and forward to error handler
app.use(function(req, res, next) {
  next(createError(404));
});

module.exports = app;
`;

describe('express-mcp init', () => {
  it('puts the endpoint of an express-generator app behind its parsers and in front of its routes', async () => {
    const marked = await added('app.js', generated);
    expect(marked).toContain("var express = require('express');\n+const { mcp } = require('./mcp');\nvar path");
    expect(marked).toContain(
      "app.use(express.static(path.join(__dirname, 'public')));\n+app.use(mcp);\n\napp.use('/', indexRouter);",
    );
  });

  it('writes a module with the registry and the middleware', async () => {
    const folder = folderWith({ 'app.js': generated });
    await init(folder, [...flags, '--yes']);
    expect(read(folder, 'mcp.js'))
      .toBe(`const { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } = require('express-mcp');

// What the endpoint offers. See who may use what: npx express-mcp scopes
const registry = createRegistry({ name: 'notes', version: '2.0.0' });

registry.tool(
  'hello',
  { description: 'Greets the person who signed in', scopes: ['notes:read'] },
  (_args, ctx) => \`Hello \${ctx.auth?.subject ?? 'nobody'}\`,
);

// Guards the endpoint, answers MCP clients, and turns refusals into challenges.
const mcp = [
  mcpAuth({
    resource: 'https://api.example.com/mcp',
    issuer: 'https://login.example.com',
    scopesSupported: ['notes:read'],
  }),
  mcpRouter(registry),
  mcpErrorHandler(),
];

module.exports = { registry, mcp };
`);
  });

  it.each<[string, string, string, string, object]>([
    [
      'JavaScript with import',
      'server.js',
      "import express from 'express';\n\nconst app = express();\napp.get('/', home);\n",
      "import express from 'express';\n+import { mcp } from './mcp.js';\n\nconst app = express();\n+app.use(mcp);\napp.get('/', home);\n",
      { type: 'module' },
    ],
    [
      'a module by its ending',
      'server.mjs',
      'import express from "express"\nconst app = express()\napp.listen(3000)\n',
      'import express from "express"\n+import { mcp } from "./mcp.mjs"\nconst app = express()\n+app.use(mcp)\napp.listen(3000)\n',
      {},
    ],
    [
      'CommonJS by its ending',
      'index.cjs',
      "const express = require('express');\nconst app = express();\n",
      "const express = require('express');\n+const { mcp } = require('./mcp.cjs');\nconst app = express();\n+app.use(mcp);\n",
      { type: 'module' },
    ],
    [
      'TypeScript that is compiled to modules, with types',
      'src/app.ts',
      "import express, { type Request } from 'express';\nimport { notes } from './notes.js';\n\nexport const app: express.Express = express();\napp.disable('x-powered-by');\napp.get('/', (req: Request, res) => res.send(notes));\n",
      "import express, { type Request } from 'express';\n+import { mcp } from './mcp.js';\nimport { notes } from './notes.js';\n\nexport const app: express.Express = express();\napp.disable('x-powered-by');\n+app.use(mcp);\napp.get('/', (req: Request, res) => res.send(notes));\n",
      { type: 'module' },
    ],
    [
      'TypeScript that is compiled to CommonJS',
      'src/main.ts',
      "import * as express from 'express';\nimport { notes } from './notes';\nconst app = express();\n",
      "import * as express from 'express';\n+import { mcp } from './mcp';\nimport { notes } from './notes';\nconst app = express();\n+app.use(mcp);\n",
      {},
    ],
    [
      'TypeScript with import = require',
      'app.cts',
      "import express = require('express');\nlet app = express();\n",
      "import express = require('express');\n+import { mcp } from './mcp.cjs';\nlet app = express();\n+app.use(mcp);\n",
      {},
    ],
    [
      'an app that is made in a function',
      'src/server.ts',
      "import express from 'express';\n\nexport function createApp(port: number): express.Express {\n\tconst app = express();\n\tapp.use(helmet());\n\tapp.use(morgan('combined'));\n\tapp.use('/api', api);\n\treturn app;\n}\n",
      "import express from 'express';\n+import { mcp } from './mcp.js';\n\nexport function createApp(port: number): express.Express {\n\tconst app = express();\n\tapp.use(helmet());\n\tapp.use(morgan('combined'));\n+\tapp.use(mcp);\n\tapp.use('/api', api);\n\treturn app;\n}\n",
      { type: 'module' },
    ],
    [
      'middleware that it does not know, which stays behind',
      'app.js',
      "const express = require('express');\nconst app = express();\napp.use(express.json());\nconst limit = 5;\napp.use(compression());\napp.use(express.urlencoded({ extended: true }));\n",
      "const express = require('express');\n+const { mcp } = require('./mcp');\nconst app = express();\napp.use(express.json());\n+app.use(mcp);\nconst limit = 5;\napp.use(compression());\napp.use(express.urlencoded({ extended: true }));\n",
      {},
    ],
    [
      'words in comments, strings, templates and regular expressions',
      'app.js',
      "// const express = require('express'); express();\nconst express = require('express');\nconst text = `app = express() ${`}` + '`'}`;\nconst form = /express\\(\\)[/'\"`]/.test(text) ? 4 / 2 / 1 : 0;\nconst app = express(); // app = express()\n/* app.use(\n */\napp.get('/', home);\n",
      "// const express = require('express'); express();\nconst express = require('express');\n+const { mcp } = require('./mcp');\nconst text = `app = express() ${`}` + '`'}`;\nconst form = /express\\(\\)[/'\"`]/.test(text) ? 4 / 2 / 1 : 0;\nconst app = express(); // app = express()\n+app.use(mcp);\n/* app.use(\n */\napp.get('/', home);\n",
      {},
    ],
    [
      'another name for the app and for Express, and calls over several lines',
      'server.js',
      "const web = require('express')\nconst $api = web()\n$api.use(\n  web.json({\n    limit: '1mb'\n  })\n)\n$api\n  .route('/')\n  .get(home)\n",
      "const web = require('express')\n+const { mcp } = require('./mcp')\nconst $api = web()\n$api.use(\n  web.json({\n    limit: '1mb'\n  })\n)\n+$api.use(mcp)\n$api\n  .route('/')\n  .get(home)\n",
      { scripts: { start: 'NODE_ENV=production node server.js' } },
    ],
  ])('understands %s', async (_title, file, before, after, manifest) => {
    // For files that name Express differently, the name is read from the file.
    if (!before.includes('express()')) {
      const folder = folderWith({ 'package.json': manifest, [file]: before });
      await init(folder, [file, ...flags, '--yes']);
      expect(read(folder, file)).toBe(after.replaceAll(/^\+/gm, ''));
    } else expect(await added(file, before, manifest)).toBe(after);
  });

  it('keeps the line ends of the file', async () => {
    const folder = folderWith({ 'app.js': "const express = require('express');\r\nconst app = express();\r\n" });
    await init(folder, [...flags, '--yes']);
    expect(read(folder, 'app.js')).toBe(
      "const express = require('express');\r\nconst { mcp } = require('./mcp');\r\nconst app = express();\r\napp.use(mcp);\r\n",
    );
    expect(read(folder, 'mcp.js')).toMatch(/^(?:[^\r\n]*\r\n)+$/);
  });

  const plain = "const express = require('express');\nconst app = express();\n";

  it.each<[string, string, string]>([
    ['makes two apps', `${plain}const admin = express();\n`, 'app.js: it makes more than one app'],
    [
      'has the endpoint already',
      `${plain}const { mcpAuth } = require('express-mcp');\n`,
      'app.js: it uses express-mcp already',
    ],
    ['has something at its path', `${plain}app.post('/mcp', handler);\n`, 'app.js: it has something at /mcp already'],
    ['uses the name', `${plain}const mcp = 1;\n`, 'app.js: it uses the name "mcp" for something else'],
    [
      'never imports Express by itself',
      'var a = 1, express = require("express");\nvar app = express();\n',
      'there is no line of its own',
    ],
    [
      'imports more on the line',
      "const express = require('express'), path = require('path');\nconst app = express();\n",
      'there is no line of its own',
    ],
    [
      'chains calls to the app',
      "const express = require('express');\nconst app = express().use(a);\nexpress();\n",
      'there is no line such as',
    ],
    [
      'makes the app in a condition',
      "const express = require('express');\nif (a) {\n  const app = express();\n}\n",
      'neither made at the top',
    ],
    [
      'makes the app in a class',
      "const express = require('express');\nclass Server {\n  start() {\n    const app = express();\n  }\n}\n",
      'neither made at the top',
    ],
    [
      'gives the variable another value',
      `${plain.replace('const app', 'let app')}app = wrap(app);\n`,
      '"app" is given a value more than once',
    ],
    ['does not end', `${plain}const text = 'never;\n`, 'does not end'],
    ['has brackets that do not match', `${plain}app.use((a, b) => {);\n`, 'its brackets do not match'],
  ])('leaves an app alone that %s, and prints what to paste', async (_title, text, message) => {
    const folder = folderWith({ 'app.js': text });
    const { code, out, err } = await init(folder, [...flags, '--yes']);
    expect(code).toBe(2);
    expect(err).toContain('express-mcp: nothing was changed: app.js: ');
    expect(err).toContain(message);
    expect(out).toContain("  const { mcp } = require('./mcp');\n  app.use(mcp);\n");
    expect(out).toContain("    issuer: 'https://login.example.com',");
    expect(read(folder, 'app.js')).toBe(text);
    expect(readdirSync(folder).sort()).toEqual(['app.js', 'package.json']);
  });

  it('prints modules to paste for a package of modules', async () => {
    const { code, out, err } = await init(folderWith({ 'package.json': { type: 'module' } }), [...flags, '--yes']);
    expect([code, err]).toEqual([2, expect.stringContaining('no file that makes an Express app was found')]);
    expect(out).toContain("  import { mcp } from './mcp.js';\n  app.use(mcp);\n");
  });

  it('asks for the file when there are several', async () => {
    const folder = folderWith({ 'app.js': plain, 'src/server.js': plain });
    const { code, err } = await init(folder, [...flags, '--yes']);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('app.js, src/server.js. Name one: express-mcp init ./app.js'),
    ]);
    expect((await init(folder, ['./src/server.js', ...flags, '--yes'])).code).toBe(0);
    expect(read(folder, 'src/server.js')).toContain('app.use(mcp);');
  });

  it('overwrites no module', async () => {
    const folder = folderWith({ 'app.js': plain, 'mcp.js': 'mine' });
    const { code, err } = await init(folder, [...flags, '--yes']);
    expect([code, err]).toEqual([2, expect.stringContaining('there is a file mcp.js beside it already')]);
    expect([read(folder, 'mcp.js'), read(folder, 'app.js')]).toEqual(['mine', plain]);
  });

  it('shows the change, and writes nothing without a yes', async () => {
    for (const [answers, last] of [
      [undefined, 'Nothing was written. Run it again with --yes to write this.\n'],
      [['n'], 'Nothing was written.\n'],
      [[''], 'Nothing was written.\n'],
    ] as const) {
      const folder = folderWith({ 'app.js': generated });
      const { code, out, err } = await init(folder, flags, answers);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(`--- app.js
+++ app.js
@@ line 1 @@
 var createError = require('http-errors');
 var express = require('express');
+const { mcp } = require('./mcp');
 var path = require('path');
 var cookieParser = require('cookie-parser');
@@ line 18 @@
 app.use(cookieParser());
 app.use(express.static(path.join(__dirname, 'public')));
+app.use(mcp);
 
 app.use('/', indexRouter);

+++ mcp.js (new)
+const { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } = require('express-mcp');
`);
      expect(out.endsWith(last)).toBe(true);
      expect(read(folder, 'app.js')).toBe(generated);
      expect(readdirSync(folder).sort()).toEqual(['app.js', 'package.json']);
    }
  });

  it('asks for what the flags do not say, and takes its own suggestions for empty answers', async () => {
    const folder = folderWith({ 'app.js': plain });
    const { code, out } = await init(folder, ['--issuer', 'https://login.example.com'], ['', 'notes:write', 'y']);
    expect(code).toBe(0);
    expect(out).toContain('Public URL of the endpoint? [http://localhost:3000/mcp] ');
    expect(out).toContain('Scope of the first tool? [hello:read] ');
    expect(read(folder, 'mcp.js')).toContain("resource: 'http://localhost:3000/mcp'");
    expect(read(folder, 'mcp.js')).toContain("scopes: ['notes:write']");
  });

  it('says what to do next', async () => {
    const old = folderWith({ 'package.json': { dependencies: { express: '~4.16.1' } }, 'app.js': plain });
    expect((await init(old, [...flags, '--yes'])).out).toContain('  npm install express-mcp express@^4.21\n');
    const fresh = folderWith({ 'package.json': { dependencies: { express: '^5.0.0' } }, 'app.js': plain });
    const { out } = await init(fresh, [...flags, '--yes']);
    expect(out).toContain('  npm install express-mcp\n  npx express-mcp scopes ./mcp.js\n');
    expect(out).toContain('npx express-mcp doctor https://api.example.com/mcp');
    expect(out).toContain('No authorization server yet? Part 3 of node_modules/express-mcp/docs/getting-started.md');
  });

  it.each<[string, readonly string[], string]>([
    ['a resource without https', ['--resource', 'http://api.example.com/mcp'], '--resource must be a URL with https'],
    ['an issuer that is no URL', ['--issuer', 'login'], '--issuer must be a URL with https'],
    ['a scope of two words', ['--scope', 'a b'], '--scope: "a b" is not a scope.'],
    ['two files', ['a.js', 'b.js'], 'Name one file at most'],
    ['a file that does not exist', ['a.js'], 'There is no file a.js.'],
    ['an unknown option', ['--audience', 'x'], "Unknown option '--audience'"],
  ])('refuses %s', async (_title, args, message) => {
    const { code, err } = await init(folderWith({ 'app.js': plain }), [...flags, ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('names the flags that are missing where nobody can be asked', async () => {
    const { code, err } = await init(folderWith({ 'app.js': plain }), []);
    expect([code, err]).toEqual([2, 'express-mcp: Give --resource, such as --resource http://localhost:3000/mcp\n']);
  });

  it('needs a package.json', async () => {
    const folder = folderWith({ 'app.js': plain });
    rmSync(path.join(folder, 'package.json'));
    expect(await init(folder, flags)).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no package.json'),
    });
    writeFileSync(path.join(folder, 'package.json'), '{');
    expect(await init(folder, flags)).toMatchObject({ code: 2, err: expect.stringContaining('is no JSON') });
  });
});
