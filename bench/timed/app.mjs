// An app with so many tools, as `node app.js` starts it: says when it listens, and at its end what CPU it took.
import { createServer } from 'node:http';

const [contestant, jwks, tools] = process.argv.slice(2);
const { start } = await import(`../contestants/${contestant}.mjs`);
const server = createServer(start({ jwks: JSON.parse(jwks), tools: Number(tools) }));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: (user + system) / 1000 });
  process.disconnect();
  server.close();
  server.closeAllConnections();
});
