// A program, not a helper: __tests__/stdio/process.test.ts starts it.
import { createRegistry } from '../../lib/index.js';
import { serveStdio } from '../../lib/stdio/index.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
registry.tool('read', { scopes: ['notes:read'] }, () => 'a note');
registry.tool('delete', { scopes: ['notes:write'] }, () => 'deleted');

await serveStdio(registry, { scopes: ['notes:read'] });
