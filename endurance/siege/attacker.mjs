// The process of the attackers: knows the issuer, and attacks for as long as it is told.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createTestIssuer } from 'express-mcp/testing';
import { AttackConnection } from './attack-connection.mjs';
import { attacks } from './attacks.mjs';

const [resource] = process.argv.slice(2);
const { port } = new URL(resource);

const issuer = await createTestIssuer({ audience: resource });
const tokenOf = (subject) => issuer.token({ subject, clientId: 'siege', expiresIn: 7200 });
const thousand = await Promise.all(Array.from({ length: 1000 }, (_none, index) => tokenOf(`hostile-${index}`)));

// An authorization server that knows no tokens, and takes a moment to answer.
const introspection = createServer((request, response) => {
  request.resume();
  setTimeout(() => response.setHeader('Content-Type', 'application/json').end('{"active":false}'), 20);
});
await new Promise((resolve) => introspection.listen(0, '127.0.0.1', resolve));
const introspectionUrl = `http://127.0.0.1:${introspection.address().port}`;

/** One attack: the attackers, the duration, and the open connections. */
class Siege {
  #who;
  #until;
  #next = 0;
  #connections = new Set();

  constructor(who, milliseconds) {
    this.#who = who;
    this.#until = performance.now() + milliseconds;
  }

  get lasts() {
    return performance.now() < this.#until;
  }

  /** The header fields of the next caller. */
  credentials() {
    if (this.#who === 'none') return {};
    const token = this.#who === 'one' ? thousand[0] : thousand[this.#next++ % thousand.length];
    return { Authorization: `Bearer ${token}` };
  }

  connect() {
    const connection = new AttackConnection(port);
    this.#connections.add(connection);
    return connection;
  }

  async inParallel(count, act) {
    // Attempts that wait for an answer forever must not outlast the attack.
    await Promise.race([Promise.all(Array.from({ length: count }, act)), this.end()]);
  }

  async breathe(ms = 1) {
    await pause(ms);
  }

  async end() {
    await pause(Math.max(0, this.#until - performance.now()));
  }

  get opened() {
    return this.#connections.size;
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }
}

process.on('message', async ({ name, who, milliseconds }) => {
  const siege = new Siege(who, milliseconds);
  await attacks.find((attack) => attack.name === name).run(siege);
  process.send({ opened: siege.opened });
  siege.close();
});
process.on('disconnect', () => process.exit());
process.send({
  issuer: issuer.issuer,
  jwks: issuer.jwks,
  honest: await tokenOf('honest'),
  introspectionIssuer: {
    issuer: introspectionUrl,
    introspection: { endpoint: `${introspectionUrl}/introspect`, clientId: 'api', clientSecret: 'secret' },
  },
});
