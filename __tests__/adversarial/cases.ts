// The hostile cases that the package has to refuse, each with the test that holds it. `npm run standards` makes docs/hostile-cases.md of it.

/** A hostile case, and the test that holds it. */
export interface HostileCase {
  /** Chapter of the page. */
  readonly part: string;
  readonly case: string;
  /** Path below `__tests__`. */
  readonly file: string;
  /** A piece of the full name of a test in this file, as it is written: with `%s` for what a table fills in. */
  readonly title: string;
  /** A text of the row that shows the case, where the test is a table; or code of it, with its quotes or brackets. */
  readonly row?: string;
  /** File with the rows, where it is another one. */
  readonly rowsIn?: string;
}

/** A case without a test, and the reason. */
export interface OpenCase {
  readonly part: string;
  readonly case: string;
  readonly reason: string;
}

type Row = readonly [what: string, file: string, title: string, row?: string, rowsIn?: string];

const part = (name: string, rows: readonly Row[]): readonly HostileCase[] =>
  rows.map(([what, file, title, row, rowsIn]) => ({
    part: name,
    case: what,
    file,
    title,
    ...(row === undefined ? {} : { row }),
    ...(rowsIn === undefined ? {} : { rowsIn }),
  }));

export const cases: readonly HostileCase[] = [
  ...part('Attacks on the built package', [
    [
      'mcpAuth in app.get runs the handler without a token',
      'express/protect.test.ts',
      'lets nothing pass where auth itself stands in %s',
      'app.get',
    ],
    [
      'mcpAuth in app.all does so',
      'express/protect.test.ts',
      'lets nothing pass where auth itself stands in %s',
      'app.all',
    ],
    [
      'mcpAuth in app.route().all does so',
      'express/protect.test.ts',
      'lets nothing pass where auth itself stands in %s',
      'app.route',
    ],
    [
      'mcpRouter stands before mcpAuth',
      'express/mounting-order.test.ts',
      'nothing is served, and the app is told what to write',
      'the router before its auth',
    ],
    [
      'mcpRouter serves another path than the mcpAuth in front of it',
      'express/mounting-order.test.ts',
      'nothing is served, and the app is told what to write',
      'a router that names another path than its auth',
    ],
    [
      'a parameter in the path, and an encoded path',
      'express/protect.test.ts',
      'lets nothing pass where auth itself stands in %s',
      'a parameter',
    ],
    [
      'an encoded path before mcpScopes',
      'adversarial/places.test.ts',
      'mcpScopes lets nobody pass to a handler by a path that no mcpAuth takes for its own',
      '/%61cme/mcp',
    ],
    [
      'an error handler of the app answers without the challenge',
      'express/mounting-order.test.ts',
      'the challenge is on the answer where %s',
      'a handler of the app answers',
    ],
    [
      'uniqueItems compares each object with each',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'minItems, maxItems, uniqueItems of objects',
      'properties/cost-of-input/keyword-schemas.ts',
    ],
    [
      'a REST route stands open beside a guarded tool',
      'examples/notes.test.ts',
      'holds tools to the same rules as routes',
    ],
    [
      'that route without a token',
      'examples/notes.test.ts',
      'refuses everyone else with the challenge of the endpoint',
    ],
    [
      'a sub that is a number, an object or missing',
      'oauth/claim-mapping.test.ts',
      'name nobody with %s, and are refused',
      '`the sub ${JSON.stringify(sub)}`',
    ],
    [
      'callers without a sub count as one principal',
      'properties/principals.test.ts',
      'is not reached by another, with stores in memory',
    ],
    [
      'a scope from an argument of 20 KB',
      'adversarial/challenges.test.ts',
      "are the caller's fault where they are %s",
      'a long one in an alternative',
    ],
    [
      'a scope from an argument with a blank',
      'adversarial/audit.test.ts',
      'a call that nothing can be decided about leaves one refusal',
      'a scope that can be none',
    ],
    [
      'many scopes from arguments',
      'adversarial/challenges.test.ts',
      "are the caller's fault where they are %s",
      'very many',
    ],
    [
      'deep nesting ends in a RangeError',
      'properties/any-bytes.test.ts',
      'also when they are nested too deep for a stack: %s',
    ],
    [
      'a pattern that goes back over its input',
      'registry/schemas/linear-pattern.test.ts',
      'runs %s, which the engine of the process would go back for',
      '^([a-z0-9]+[._-]?)+@x$',
    ],
    [
      'a revoked subject whose sub is a number',
      'oauth/revocation.test.ts',
      'that numbers its subject is refused when that number was revoked',
    ],
    [
      'a revoked subject whose token has an iat ahead of our clock',
      'oauth/revocation.test.ts',
      'of an issuer whose clock is %i seconds ahead was issued before',
    ],
    [
      'a handler writes to ctx.auth.resource',
      'adversarial/written-members.test.ts',
      'what a handler writes to every member of its caller is seen by no other request',
    ],
    [
      'a caller without requiredScopes skips the middleware in between',
      'http/access/refused-message.test.ts',
      'reaches no middleware that stands behind the guard',
    ],
    [
      '4 MiB of body are read for such a caller',
      'http/access/refused-message.test.ts',
      'is read for the scopes of its item, as long as it is short',
    ],
    [
      'running tasks with arguments of 1 MB',
      'http/endpoint/held-bytes.test.ts',
      'counts the arguments of tasks while they run',
    ],
    ['150 unfinished bodies', 'http/endpoint/held-bytes.test.ts', 'counts bodies on their way, %s'],
    [
      'answers of 4 MB evict the streams of others',
      'stores/shared-stores.test.ts',
      'forgets streams of the owner who has most',
    ],
    ['1,000 URIs against 400 templates', 'server/methods/many-uris.test.ts', 'takes, with %i templates, at most %i'],
    [
      'a batch of many URIs before mcpScopes',
      'express/mcp-scopes.test.ts',
      'does not decide about more than anybody asks for at once',
    ],
    [
      'req.url is rewritten behind mcpAuth',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'a URL that is rewritten between',
    ],
    [
      'app.use(auth) and app.use(path, handler)',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth at the root, the handler below the path',
    ],
    [
      '3,948 handshakes of 65,536 characters',
      'http/endpoint/held-bytes.test.ts',
      'counts handshakes and subscriptions of all sessions of a principal',
    ],
    ['one large handshake', 'http/endpoint/sessions.test.ts', 'do not keep a handshake that is too large'],
    [
      '1,500 requests with invented opaque tokens',
      'http/resource/introspection-flood.test.ts',
      'open a bounded number of connections to the authorization server, and the rest is refused at once',
    ],
    [
      'the same, beside honest callers',
      'http/resource/introspection-flood.test.ts',
      'from one address do not keep the tokens of others from being asked about',
    ],
    [
      'an async onDecision that rejects',
      'adversarial/hook-table.test.ts',
      '$hook, $column: $outcome',
      'onDecision about a call',
      'adversarial/hook-places.ts',
    ],
    [
      'an async claims.scope that rejects',
      'adversarial/hook-table.test.ts',
      '$hook, $column: $outcome',
      'claims.scope',
      'adversarial/hook-places.ts',
    ],
    [
      'an async policy that rejects',
      'adversarial/hook-table.test.ts',
      '$hook, $column: $outcome',
      'policy of a tool',
      'adversarial/hook-places.ts',
    ],
    [
      'an async scopes function that rejects',
      'adversarial/hook-table.test.ts',
      '$hook, $column: $outcome',
      'scopes of a tool',
      'adversarial/hook-places.ts',
    ],
    [
      'the handler runs before the record is written',
      'http/access/decisions.test.ts',
      'has to be on record: when the listener fails, nothing runs',
    ],
    [
      'an error of a hook leaves with its text and stack',
      'adversarial/non-errors.test.ts',
      'that %s %s lets nothing pass, and shows nothing',
    ],
    [
      'a verdict whose expiresAt is a Date',
      'oauth/verdict.test.ts',
      'that is or has %s is none',
      'an end that is a Date',
    ],
    [
      'a verdict whose expiresAt is text',
      'oauth/verdict.test.ts',
      'that is or has %s is none',
      'an end that is a text',
    ],
    ['a verdict whose scopes are text', 'oauth/verdict.test.ts', 'that is or has %s is none', 'scopes that are a text'],
    [
      'a revocation store that answers []',
      'oauth/revocation.test.ts',
      'is refused when the store answers with %s',
      'too few times',
    ],
    [
      'a schema library that fills defaults in place',
      'adversarial/in-place-schemas.test.ts',
      'a library that $name (async: $isAsync) lets nobody get around the decision',
    ],
    [
      'a schema library that fills defaults in tools',
      'adversarial/attacks.test.ts',
      'are decided about the values that the handler gets',
    ],
    [
      'a schema library that changes values in prompts',
      'registry/prompt-arguments.test.ts',
      'lets scopes and policies decide by what the handler gets',
    ],
    [
      'a task of another endpoint on the same store',
      'adversarial/endpoints.test.ts',
      '%s does not find a task of the other',
    ],
    [
      'an error middleware calls next() after a refusal',
      'express/mounting-order.test.ts',
      'a request that was refused stays refused where error middleware of the app goes on to the router',
    ],
    [
      'an open stream after the issuer revoked the token',
      'http/streams/recheck.test.ts',
      'an open stream of a token without an end that its issuer has revoked',
    ],
    [
      'a resumed stream without the scopes of its call',
      'http/streams/recheck.test.ts',
      'needs what the call needed, and is told so',
    ],
    [
      'sealed state is played again by its owner',
      'adversarial/replayed-state.test.ts',
      'gets -32602 where one does, and reaches no handler',
    ],
    [
      'calls that cannot be decided leave no record',
      'adversarial/audit.test.ts',
      'a call that nothing can be decided about leaves one refusal',
    ],
    [
      'names in a record forge lines of a log',
      'adversarial/audit.test.ts',
      'is short and plain in decisions and reports',
    ],
    [
      'express-mcp/dev is asked under another Host',
      'dev/refusals.test.ts',
      'that others can have (%s), refuses pages, metadata and registration alike',
    ],
    [
      'express-mcp/dev in other spellings of production',
      'dev/dev-authorization-server.test.ts',
      'is refused where NODE_ENV is %j',
      'PRODUCTION',
    ],
    [
      'an issuer with a user',
      'http/resource/configuration.test.ts',
      'refuses %s and says what to write',
      'an issuer with a user',
    ],
    [
      'an issuer with a query',
      'http/resource/configuration.test.ts',
      'refuses %s and says what to write',
      'an issuer with a query',
    ],
    [
      'an issuer with a fragment',
      'http/resource/configuration.test.ts',
      'refuses %s and says what to write',
      'an issuer with a fragment',
    ],
    [
      '45 slow calls behind the recipe for rate limits',
      'recipes/rate-limits.test.ts',
      '45 slow calls of one user keep nobody behind the same address out',
    ],
    [
      'a token without kid against many keys',
      'oauth/jwt-verifier.test.ts',
      'is looked for among a bounded number of keys when the token does not say which',
    ],
  ]),
  ...part('1. auth.protect', [
    [
      'a route without a token',
      'express/protect.test.ts',
      'refuses a request without a token, and names what the route needs, not the endpoint',
    ],
    [
      'a route with a token that lacks the scope',
      'express/protect.test.ts',
      'refuses a token that lacks the scope of the route with 403',
    ],
    ['everything below a prefix', 'express/protect.test.ts', 'guards everything below a path'],
    [
      'auth on a route lets nothing pass',
      'express/protect.test.ts',
      'lets nothing pass where auth itself stands in %s',
    ],
    [
      'two schemes of challenge on a route',
      'adversarial/protected-routes.test.ts',
      'challenges with both schemes where DPoP is taken',
    ],
    [
      'a DPoP proof of another method on a route',
      'adversarial/dpop-routes.test.ts',
      'takes no proof for another method',
    ],
    [
      'preflight',
      'adversarial/protected-routes.test.ts',
      'answers a preflight of a page that cors lists, and of no other',
    ],
    ['HEAD', 'adversarial/protected-routes.test.ts', 'refuses HEAD as GET'],
    [
      'mcpErrorHandler is missing',
      'adversarial/protected-routes.test.ts',
      'has the challenge on its refusal without mcpErrorHandler, and where the app answers itself',
    ],
    [
      'auth.protect costs no more than the guard of the endpoint',
      'properties/cost-of-input.test.ts',
      'costs no more instructions than the guard of the endpoint',
    ],
    ['the body is not read', 'express/protect.test.ts', 'does not read the body'],
    ['express-mcp scopes lists routes', 'cli/scopes-command.test.ts', 'prints the protected routes behind the items'],
    [
      'accessMatrix lists routes',
      'testing/access-matrix-routes.test.ts',
      'says of each route what the running app answers',
    ],
  ]),
  ...part('2. The order of the middleware', [
    [
      'the router before its auth',
      'express/mounting-order.test.ts',
      'nothing is served, and the app is told what to write',
      'the router before its auth',
    ],
    [
      'auth where its endpoint never arrives',
      'express/mounting.test.ts',
      'mounted where no request for it arrives, it lets nothing pass and says what is wrong',
    ],
    [
      'an auth that nothing serves',
      'express/mounting-order.test.ts',
      'nothing is served, and the app is told what to write',
      'the router before an auth of another path that nothing serves',
    ],
    [
      'two routers at one endpoint',
      'express/mounting-order.test.ts',
      'nothing is served, and the app is told what to write',
      'two routers at one endpoint',
    ],
    [
      'app.use(mcpErrorHandler)',
      'express/mounting-order.test.ts',
      '%s without the call lets nothing pass',
      'mcpErrorHandler',
    ],
    ['app.use(mcpAuth)', 'express/mounting-order.test.ts', '%s without the call lets nothing pass', 'mcpAuth'],
    [
      'mcpListener without its mcpAuth',
      'adversarial/places.test.ts',
      'and without the mcpAuth in front of it, serves nobody',
    ],
    ['NestJS: forRoutes with a wildcard', 'hosts/nest-consumer.test.ts', 'challenges a caller without a token at %s'],
    ['NestJS: other routes of the app', 'hosts/nest-consumer.test.ts', 'leaves %s alone'],
    ['scoped items behind no mcpAuth', 'express/mounting-order.test.ts', 'are warned about once, and stay refused'],
  ]),
  ...part('3. The challenge is always there', [
    [
      'mcpErrorHandler is missing',
      'express/mounting-order.test.ts',
      'the challenge is on the answer where %s',
      'mcpErrorHandler is missing',
    ],
    [
      'mcpErrorHandler stands first',
      'express/mounting-order.test.ts',
      'the challenge is on the answer where mcpErrorHandler stands first, or between',
    ],
    [
      'mcpErrorHandler stands last',
      'http/access/scope-challenge.test.ts',
      'gets 403 with one challenge that names them, and where to get them',
    ],
    [
      'mcpErrorHandler is there twice',
      'express/mounting-order.test.ts',
      'the challenge is on the answer where %s',
      'mcpErrorHandler is there twice',
    ],
    [
      'the handler of the app answers',
      'express/mounting-order.test.ts',
      'the challenge is on the answer where %s',
      'a handler of the app answers',
    ],
    [
      'no error handler at all, with 401 and 403',
      'express/error-handler.test.ts',
      'still answers with %s',
      '403 and the challenge',
    ],
  ]),
  ...part('4. Identity of a caller', [
    [
      'a sub that is no text',
      'oauth/claim-mapping.test.ts',
      'name nobody with %s, and are refused',
      '`the sub ${JSON.stringify(sub)}`',
    ],
    [
      'another claim is configured and wrong',
      'oauth/claim-mapping.test.ts',
      'name nobody with %s, and are refused',
      'a mapped claim that is a number',
    ],
    [
      'a user without the configured claim',
      'oauth/claim-mapping.test.ts',
      'name nobody with %s, and are refused',
      'a user without the mapped claim',
    ],
    [
      'a token of a client without sub',
      'oauth/claim-mapping.test.ts',
      'without %s are a client’s own, which is no user',
    ],
    [
      'two callers that differ in issuer, subject or client',
      'properties/principals.test.ts',
      'is that of nobody else, in any encoding, and always the same',
    ],
    [
      'the same over sessions, tasks, state, cursors and limits',
      'properties/principals.test.ts',
      'is not reached by another, with stores in memory',
    ],
    [
      'the same on Redis',
      'properties/principals.test.ts',
      'is not reached by another',
      'at a real endpoint on Redis, what belongs to one caller',
    ],
    [
      'the same over cached tokens',
      'properties/principals.test.ts',
      'is known by the subject and client of its JWT, also from the cache, whoever came before',
    ],
    ['the same over revocation', 'properties/principals.test.ts', 'is that of one issuer alone'],
    [
      'every member of a caller is a copy or frozen',
      'oauth/callers.test.ts',
      'cannot be changed in any member, by nobody for anybody',
    ],
    [
      'revocation counts with the tolerance',
      'oauth/revocation.test.ts',
      'that was issued later than the clocks can differ is good',
    ],
    [
      'the length of a challenge',
      'adversarial/challenges.test.ts',
      'has at most 3,072 characters, whatever an item needs, and names whole scopes',
    ],
    [
      'the challenge for a token with thousands of scopes',
      'adversarial/challenges.test.ts',
      'is short for a token with thousands of scopes',
    ],
    ['the length of log records', 'adversarial/audit.test.ts', 'is short and plain in decisions and reports'],
    [
      'the length of an error message',
      'server/methods/tools.test.ts',
      'cuts an unknown name in the message to 100 characters',
    ],
    [
      'a scope from arguments that is no scope',
      'adversarial/challenges.test.ts',
      "are the caller's fault where they are %s",
      'one with a blank inside of another requirement',
    ],
  ]),
  ...part('5. Hooks', [
    ['every hook, with each way to misbehave', 'adversarial/hook-table.test.ts', '$hook, $column: $outcome'],
    [
      'the table names every hook',
      'adversarial/hook-table.test.ts',
      'the table has every hook and every way to misbehave',
    ],
    [
      'values that are no errors are thrown',
      'adversarial/non-errors.test.ts',
      'that %s %s lets nothing pass, and shows nothing',
    ],
    ['a hook that is late', 'adversarial/hooks.test.ts', '%s that %s: %s', 'hangs'],
    ['onError that rejects', 'adversarial/attacks.test.ts', 'does not end because of a log that fails later'],
    [
      'what an app changes after it returned it',
      'adversarial/late-changes.test.ts',
      'scopes that a function returned are emptied before the record is written',
    ],
    [
      'options that an app changes later',
      'adversarial/late-changes.test.ts',
      'options that an issuer function returned are changed after its first token',
    ],
    [
      'a verdict that changes later',
      'adversarial/callers.test.ts',
      'changes nothing: neither who calls nor what they may',
    ],
    ['what is audited is on record first', 'adversarial/audit.test.ts', 'is on record before it is answered'],
    [
      'arguments that a middleware changed',
      'server/handlers/middleware.test.ts',
      'decides again about arguments that take other scopes',
    ],
    [
      'what was refused stays refused on a route',
      'express/protect.test.ts',
      'stays refused where error middleware of the app goes on',
    ],
    [
      'a session of another endpoint',
      'adversarial/endpoints.test.ts',
      'a session is unknown at the other: to its requests, its stream, its end and its answers',
    ],
    ['a task of another endpoint', 'adversarial/endpoints.test.ts', '%s does not find a task of the other'],
    ['sealed state of another endpoint', 'adversarial/endpoints.test.ts', 'sealed state is not valid at the other'],
    [
      'an event log of another endpoint',
      'adversarial/endpoints.test.ts',
      'a stream that broke cannot be resumed at the other',
    ],
  ]),
  ...part('6. Limits of one caller', [
    ['bytes of bodies on their way', 'http/endpoint/held-bytes.test.ts', 'counts bodies on their way, %s'],
    ['arguments of tasks', 'http/endpoint/held-bytes.test.ts', 'counts the arguments of tasks while they run'],
    [
      'results of tasks',
      'stores/task-store.test.ts',
      'drops what is over of the principal who has most, and of nobody else',
    ],
    [
      'event logs',
      'stores/shared-stores.test.ts',
      'keeps no more characters than it may, of all streams together, nor of one alone',
    ],
    ['buffered answers', 'http/endpoint/held-bytes.test.ts', 'counts answers that nobody reads'],
    [
      'what the process holds for all',
      'http/endpoint/held-bytes.test.ts',
      'leaves room for others: each principal gets half of what is free',
    ],
    ['callers who did not sign in', 'http/endpoint/held-bytes.test.ts', 'takes all who did not sign in for one caller'],
    [
      'questions to an authorization server are bounded',
      'oauth/question-queue.test.ts',
      'are refused at once when too many wait',
    ],
    [
      'questions take turns',
      'oauth/question-queue.test.ts',
      'get turns by where they come from, however many one sends',
    ],
    ['questions are shared', 'oauth/caching-verifier.test.ts', 'verifies once for all who ask at the same time'],
    [
      'refusals with 503 and Retry-After',
      'http/resource/introspection-flood.test.ts',
      'and the rest is refused at once',
    ],
    [
      'a body is refused before it is read',
      'http/endpoint/held-bytes.test.ts',
      'refuses what is announced before anything of it is read',
    ],
    [
      'the scopes of the endpoint, before a long body',
      'http/access/refused-message.test.ts',
      'is not waited for longer than two seconds',
    ],
  ]),
  ...part('7. No input costs more than its size', [
    [
      'uniqueItems of objects',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'minItems, maxItems, uniqueItems of objects',
      'properties/cost-of-input/keyword-schemas.ts',
    ],
    [
      'uniqueItems of long texts',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'uniqueItems of long texts',
      'properties/cost-of-input/keyword-schemas.ts',
    ],
    [
      'uniqueItems of numbers that are alike',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'uniqueItems of numbers that are alike',
      'properties/cost-of-input/keyword-schemas.ts',
    ],
    [
      'pattern that goes back',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'pattern that goes back',
      'properties/cost-of-input/keyword-schemas.ts',
    ],
    [
      'patternProperties',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'patternProperties',
      'properties/cost-of-input/keyword-schemas.ts',
    ],
    ['patterns that no linear engine runs', 'registry/schemas/pattern-safety.test.ts', 'is refused: %s'],
    ['patterns that zod emits', 'registry/schemas/linear-pattern.test.ts', 'lets what zod writes for %s pass'],
    ['lists of errors are cut', 'registry/schemas/cost.test.ts', 'keeps ten issues and 200 characters of a path'],
    ['format, where it is checked', 'registry/schemas/formats.test.ts', 'refuses %j'],
    [
      'format, where it is an annotation',
      'registry/schemas/formats.test.ts',
      'is an annotation where formats do not decide',
    ],
    [
      'every keyword, with counted instructions',
      'properties/cost-of-input.test.ts',
      'the cost of validation is counted for schemas with every keyword',
    ],
    [
      'templates, with counted instructions',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'a long URI that fits nothing',
      'properties/cost-of-input/inputs.ts',
    ],
    [
      'lists, with counted instructions',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'a list, with many scopes',
      'properties/cost-of-input/inputs.ts',
    ],
    [
      'subscriptions, with counted instructions',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'many URIs to listen to',
      'properties/cost-of-input/inputs.ts',
    ],
    [
      'mcpScopes, with counted instructions',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'a batch of URIs',
      'properties/cost-of-input/inputs.ts',
    ],
    [
      'header fields, with counted instructions',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'Authorization with a long token',
      'properties/cost-of-input/inputs.ts',
    ],
    ['4 MiB of opening brackets', 'jsonrpc/parse-json.test.ts', 'is refused beyond'],
    [
      'the depth has an error of its own',
      'adversarial/audit.test.ts',
      'a call that nothing can be decided about leaves one refusal',
      'message_too_deep',
    ],
    ['a union that recurs', 'registry/schemas/cost.test.ts', 'by a recursive %s looks at each value once'],
    ['a dot segment in a variable', 'registry/uri-template.test.ts', '%s does not match %s', 'file:///../secret'],
    [
      'a dot segment that the definition allows',
      'registry/uri-template.test.ts',
      'takes dot segments where they are allowed',
    ],
  ]),
  ...part('Hostile cases: mounts', [
    [
      'swapped order',
      'express/mounting-order.test.ts',
      'nothing is served, and the app is told what to write',
      'the router before its auth',
    ],
    [
      'a route of a string',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'app.get',
    ],
    [
      'a route of an array',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a list of paths',
    ],
    [
      'a route of a regular expression',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a regular expression',
    ],
    [
      'a wildcard',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a wildcard',
    ],
    [
      'a Router',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a Router below a prefix',
    ],
    [
      'a Router in a Router',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a Router in a Router',
    ],
    [
      'app.route',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'app.route',
    ],
    [
      'a nested app',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a nested app',
    ],
    [
      'a parameter, encoded',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a parameter',
    ],
    [
      'other case',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a path in other case',
    ],
    [
      'a slash at the end',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a path with a slash at the end',
    ],
    [
      'an encoded path below a prefix',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'an encoded path below a prefix',
    ],
    [
      'auth.protect under a mount with a prefix',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a prefix',
    ],
    [
      'req.url rewritten before auth.protect',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a URL that is rewritten before',
    ],
    [
      'req.url rewritten before a prefix',
      'adversarial/protected-routes.test.ts',
      'refuses with status, challenge and body, and lets the scope pass: %s',
      'a URL that is rewritten before a prefix',
    ],
    [
      'method override before auth.protect',
      'adversarial/protected-routes.test.ts',
      'refuses a method that an override names: %s',
    ],
    [
      'mcpAuth in a route of a regular expression',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth in a route of a regular expression',
    ],
    [
      'mcpAuth in a route of several paths',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth in a route of several paths',
    ],
    [
      'mcpAuth in a route with a parameter',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth in a route with a parameter',
    ],
    [
      'mcpAuth in app.route',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth and the handler in app.route',
    ],
    [
      'mcpAuth in a Router',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth and the handler in a router',
    ],
    [
      'mcpAuth in a nested app',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth and the handler in an app',
    ],
    [
      'mcpAuth behind a method override',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'auth behind a method override',
    ],
    [
      'case sensitive routing',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'case sensitive routing',
    ],
    [
      'strict routing',
      'adversarial/request-targets.test.ts',
      '%s: the handler has a caller, or does not run',
      'strict routing',
    ],
    ['mcpAuth at a wildcard', 'hosts/nest-consumer.test.ts', 'lets nothing pass where only some paths arrive: %s'],
    [
      '700 spellings of a request target',
      'adversarial/request-targets.test.ts',
      'are as many as were tried before, in more layouts',
    ],
  ]),
  ...part('Hostile cases: callers', [
    [
      'sub of every JSON type, and empty',
      'oauth/claim-mapping.test.ts',
      'name nobody with %s, and are refused',
      '[7, 0, true, null,',
    ],
    [
      'sub in a forged token that is a number',
      'adversarial/tokens.test.ts',
      'forged claims with %s',
      'a subject that is a number',
    ],
    [
      'sub in a forged token that is empty',
      'adversarial/tokens.test.ts',
      'forged claims with %s',
      'a subject that is empty',
    ],
    ['sub that is null', 'adversarial/tokens.test.ts', 'forged claims with %s', 'a subject that is null'],
    [
      'look-alike spellings',
      'properties/principals.test.ts',
      'is that of nobody else, in any encoding, and always the same',
      'ａｄａ',
    ],
    [
      'revocation at every offset within the tolerance',
      'oauth/revocation.test.ts',
      'of an issuer whose clock is %i seconds ahead was issued before',
      '[-60, -5, -1, 0, 1, 3, 5]',
    ],
    [
      'revocation one second beyond the tolerance',
      'oauth/revocation.test.ts',
      'that was issued later than the clocks can differ is good',
    ],
    ['revocation without an iat', 'oauth/revocation.test.ts', 'that was issued at %j may be from before'],
    [
      'every member of a caller is written to',
      'adversarial/written-members.test.ts',
      'what a handler writes to every member of its caller is seen by no other request',
    ],
    ['the same, member by member', 'oauth/callers.test.ts', 'cannot be changed in any member, by nobody for anybody'],
  ]),
  ...part('Hostile cases: each limit at its edge', [
    [
      'callsPerPrincipal',
      'http/endpoint/limits.test.ts',
      'refuses what is beyond, with Retry-After, and lets it in when there is room',
      'callsPerPrincipal: 1',
    ],
    [
      'maxConcurrent of a tool',
      'http/endpoint/limits.test.ts',
      'refuses what is beyond, with Retry-After, and lets it in when there is room',
      'the calls of a tool',
    ],
    [
      'streamsPerPrincipal',
      'http/endpoint/limits.test.ts',
      'get 429 and Retry-After beyond their limit, whichever era they are of',
    ],
    [
      'sessionsPerPrincipal',
      'http/endpoint/limits.test.ts',
      'get 429 and Retry-After beyond their limit, until one of them is ended',
    ],
    ['bytesPerPrincipal', 'http/endpoint/held-bytes.test.ts', 'counts a value by what it takes, not by its text'],
    [
      'sessionBytesPerPrincipal',
      'http/endpoint/held-bytes.test.ts',
      'counts handshakes and subscriptions of all sessions of a principal',
    ],
    [
      'bufferedBytes',
      'http/streams/slow-readers.test.ts',
      'gets the answer of its call, but not all that was told meanwhile, and little waits for it',
    ],
    [
      'calls of all',
      'http/endpoint/held-bytes.test.ts',
      'limits the calls of all principals, and leaves room for one more',
    ],
    ['streams of all', 'http/endpoint/held-bytes.test.ts', 'limits the streams of all principals'],
    [
      'bytes of all',
      'http/endpoint/held-bytes.test.ts',
      'leaves room for others: each principal gets half of what is free',
    ],
    [
      'running tasks',
      'server/task-calls/tasks.test.ts',
      'is refused with a clear error when the caller has too many running, until one ends',
    ],
    ['the size of a message', 'http/endpoint/message-body.test.ts', 'may have 4 MiB, and not one byte more'],
    ['the depth of a message', 'jsonrpc/parse-json.test.ts', 'may have 64 objects and arrays inside each other'],
    ['the length of an id', 'http/endpoint/held-bytes.test.ts', 'have at most 1024 characters'],
    [
      'subscriptions of a session',
      'http/endpoint/sessions.test.ts',
      'has at most 1000 subscriptions, none of them endless',
    ],
    ['the length of a token', 'oauth/access-credentials.test.ts', 'may have 16384 characters of all that are allowed'],
    [
      'the length of a DPoP proof',
      'oauth/dpop-proof.test.ts',
      'may have 8192 characters, and is not looked at with more',
    ],
    [
      'the length of a scope',
      'adversarial/challenges.test.ts',
      'a scope of more than 256 characters is refused at start-up',
    ],
    [
      'any share, taken and released in any order',
      'server/limits/principal-limit.test.ts',
      'gives to each principal, and to all, as much as it says',
    ],
    [
      'a limit, by a thousand principals',
      'server/limits/principal-limit.test.ts',
      'leaves room for one more, however many principals take as much as they get',
    ],
    ['calls, by none signed in', 'http/endpoint/limits.test.ts', 'count together for all who did not sign in'],
    ['bytes, by none signed in', 'http/endpoint/held-bytes.test.ts', 'takes all who did not sign in for one caller'],
    [
      'tokens, by none signed in',
      'http/resource/introspection-flood.test.ts',
      'open a bounded number of connections to the authorization server',
    ],
  ]),
  ...part('Hostile cases: each store filled by one caller', [
    [
      'sessions by number',
      'stores/shared-stores.test.ts',
      'ends sessions of the owner who has most, the longest unused first',
    ],
    [
      'sessions by bytes',
      'stores/shared-stores.test.ts',
      'ends sessions by their bytes, and takes no more of an owner than the quota says',
    ],
    ['event logs', 'stores/shared-stores.test.ts', 'forgets streams of the owner who has most'],
    [
      'tasks that run',
      'stores/task-store.test.ts',
      'drops what is over for what runs, and lets one principal run half of what is free',
    ],
    [
      'tasks that are over',
      'stores/task-store.test.ts',
      'drops what is over of the principal who has most, and of nobody else',
    ],
    [
      'sessions in Redis',
      'redis/weighed-stores-contract.ts',
      'of many owners weigh no more than all may: who has most loses the oldest, and others lose none',
    ],
    [
      'sessions in Redis, by a thousand owners',
      'redis/weighed-stores-contract.ts',
      'of a thousand owners with one each stay within what all may',
    ],
    [
      'event logs in Redis',
      'redis/weighed-stores-contract.ts',
      'of one owner weigh no more than one may: its oldest go, and those of others stay',
    ],
    [
      'tasks in Redis',
      'redis/redis-contract.test.ts',
      'keeps so many finished tasks of each principal, and drops the oldest',
    ],
    [
      'the replay store, by the DPoP proofs of one caller',
      'adversarial/full-replay-store.test.ts',
      'one caller fills it to its edge, and waits from then on, while another works',
    ],
    [
      'the replay store, by a thousand callers',
      'adversarial/full-replay-store.test.ts',
      'a thousand callers fill it, each with what they get, while another works',
    ],
    [
      'the replay store, by ever new clients of one user',
      'adversarial/full-replay-store.test.ts',
      'a user with ever new clients takes what is free, and room at the cost of those with more than one proof',
    ],
    [
      'the replay store, by states that were brought back',
      'adversarial/full-replay-store.test.ts',
      'fills with the states of one caller, and takes those of another',
    ],
    [
      'a proof that made room for others in it',
      'adversarial/full-replay-store.test.ts',
      'a proof that made room is not taken again, by whoever has it',
    ],
    [
      'revocations',
      'stores/memory-stores.test.ts',
      'refuses rather than forgets, takes a later revocation of what it knows, and goes on when there is room',
    ],
    ['issuers of tenants', 'oauth/tenant-issuers.test.ts', 'is not pushed out by invented ones'],
    [
      'questions to an authorization server',
      'oauth/question-queue.test.ts',
      'of one place are refused before those of others',
    ],
    [
      'a handshake in a full store, with counted instructions',
      'properties/cost-of-input.test.ts',
      'costs twice the instructions at the most: %s',
      'a handshake in a full store, by number of principals',
      'properties/cost-of-input/inputs.ts',
    ],
  ]),
];

export const openCases: readonly OpenCase[] = [
  {
    part: '6. Limits of one caller',
    case: 'a process of 512 MB under each attack',
    reason:
      'Whether an honest caller is answered within a second depends on the machine. So `npm run siege` shows it, in its short form in each run of CI.',
  },
];
