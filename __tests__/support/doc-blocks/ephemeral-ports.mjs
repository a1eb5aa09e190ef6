// Loaded before programs of the documentation run. `app.listen(3000)` gets a free port instead, and requests of the
// program to port 3000 go there. An open server does not keep the process alive.
import net from 'node:net';

/** Port that was asked for → port that was given. */
const given = new Map();
const open = new Set();
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

net.Server.prototype.listen = function listenOnFreePort(first, ...rest) {
  const options = typeof first === 'object' && first !== null && 'port' in first ? first : { port: first };
  const port = Number(options.port);
  const isPort = options.port !== undefined && Number.isInteger(port);
  const remember = () => {
    if (isPort && this.address() !== null) given.set(port, this.address().port);
  };
  open.add(this);
  this.once('close', () => open.delete(this));
  this.once('listening', () => {
    remember();
    // Not at once: what awaits the event still needs the process.
    setImmediate(() => this.unref());
  });
  if (!isPort) return listen.call(this, first, ...rest);
  listen.call(this, options === first ? { ...first, port: 0 } : 0, ...rest);
  // Without a host name to look up the port is bound by now, and a request may be sent before the event.
  remember();
  return this;
};

net.Socket.prototype.connect = function connectToGivenPort(...args) {
  // net.connect() and everything above it hands on its arguments as one normalized array: [options, callback].
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof options === 'object' && options !== null && given.has(Number(options.port))) {
    options.port = given.get(Number(options.port));
  }
  return connect.apply(this, args);
};

/** Closes what a program left open, before the next one listens on the same port. */
export function closeServers() {
  for (const server of open) {
    server.close();
    server.closeAllConnections?.();
  }
  open.clear();
  given.clear();
}
