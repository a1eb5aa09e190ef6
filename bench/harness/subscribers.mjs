// A process that holds streams, as bare sockets: what is measured is the server.
import { connect } from 'node:net';

const atOnce = 100;
const sockets = [];
let heard = 0;
let lastHeardAt = 0;

process.on('disconnect', () => process.exit());
process.on('message', (order) => void act(order).then((answer) => process.send(answer)));

async function act({ kind, ...order }) {
  if (kind === 'open') return open(order);
  if (kind === 'listen') return listen();
  return { heard, lastHeardAt, open: sockets.filter(({ destroyed }) => !destroyed).length };
}

/** Opens a stream with each request, and is done when the server has acknowledged all of them. */
async function open({ url, requests, news }) {
  const { hostname, port } = new URL(url);
  const place = { host: hostname, port: Number(port) };
  for (let begin = 0; begin < requests.length; begin += atOnce) {
    await Promise.all(requests.slice(begin, begin + atOnce).map((request) => openOne(place, request, news)));
  }
  return { opened: sockets.length };
}

function openOne({ host, port }, request, news) {
  const headers = { host: `${host}:${port}`, ...request.headers, 'content-length': Buffer.byteLength(request.body) };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () =>
      socket.write(`POST ${request.path} HTTP/1.1\r\n${head.join('')}\r\n${request.body}`),
    );
    sockets.push(socket);
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server ended a stream')));
    socket.on('data', (text) => {
      if (text.includes('subscriptions/acknowledged')) resolve();
      else if (text.includes(news)) {
        heard += 1;
        lastHeardAt = performance.timeOrigin + performance.now();
      } else if (/^HTTP\/1\.1 [^2]/.test(text)) reject(new Error(text.slice(0, 300)));
    });
  });
}

function listen() {
  heard = 0;
  return {};
}
