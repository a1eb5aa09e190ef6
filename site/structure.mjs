// The order in which the site shows the pages of docs/: by what a reader wants. Every page stands here once; a test holds that.

/** @type {readonly { title: string, pages: readonly (readonly [file: string, title: string])[] }[]} */
export const sections = [
  {
    title: 'Begin',
    pages: [
      ['index.md', 'Try it'],
      ['getting-started.md', 'Add it to your app'],
      ['cli.md', 'Command line: init, scopes, doctor'],
      ['questions.md', 'Questions and answers'],
      ['migration/official-sdk-1.md', 'Come from the official SDK 1.x'],
      ['migration/official-sdk-2.md', 'Come from the official SDK 2.x'],
      ['migration/fastmcp.md', 'Come from fastmcp'],
      ['migration/http-mcp.md', 'Come from http_mcp'],
    ],
  },
  {
    title: 'Build',
    pages: [
      ['in-your-app.md', 'Beside express.json(), helmet, NestJS'],
      ['schemas.md', 'Schemas: zod and others'],
      ['results.md', 'Results, errors, images, links'],
      ['scopes.md', 'Scopes'],
      ['streaming.md', 'Progress, changes, input'],
      ['tasks.md', 'Tasks'],
      ['openapi.md', 'Tools from OpenAPI'],
      ['upstream.md', 'Call other APIs'],
    ],
  },
  {
    title: 'Sign-in',
    pages: [
      ['authorization.md', 'Identity providers'],
      ['why-401.md', 'Why 401?'],
      ['own-login.md', 'Your app’s own login'],
      ['api-keys.md', 'API keys'],
      ['browsers.md', 'Browsers: CORS, Origin, Host'],
    ],
  },
  {
    title: 'Connect a client',
    pages: [
      ['connect.md', 'Claude, ChatGPT, Cursor, VS Code, …'],
      ['page.md', 'A page for people'],
    ],
  },
  { title: 'Test', pages: [['testing.md', 'Test your app']] },
  {
    title: 'Run',
    pages: [
      ['deploy.md', 'Deploy: nginx, Lambda, containers, PM2'],
      ['operations.md', 'Operate'],
      ['observability.md', 'Logs, traces, metrics'],
      ['monitoring.md', 'Monitoring recipes'],
      ['redis.md', 'Several processes: Redis'],
      ['hosts.md', 'Hosts beside Express'],
    ],
  },
  {
    title: 'Extend',
    pages: [
      ['extensions.md', 'Skills, MCP Apps, extensions'],
      ['middleware.md', 'Middleware around handlers'],
    ],
  },
  {
    title: 'Look up',
    pages: [
      ['reference.md', 'Options and ctx'],
      ['errors.md', 'Errors and warnings'],
    ],
  },
  {
    title: 'How it is built',
    pages: [
      ['architecture.md', 'Architecture'],
      ['threat-model.md', 'Threat model'],
      ['hostile-cases.md', 'Hostile cases'],
      ['decisions/README.md', 'Decisions'],
      ['dependencies.md', 'Dependencies'],
      ['performance.md', 'Performance'],
      ['releasing.md', 'Releases'],
    ],
  },
  {
    title: 'Reports',
    pages: [
      ['standards.md', 'Standards'],
      ['conformance.md', 'Conformance'],
      ['compatibility.md', 'Compatibility'],
      ['mutation.md', 'Mutation testing'],
      ['endurance.md', 'Endurance'],
      ['scaling.md', 'Scaling'],
    ],
  },
];
