// HTTP/1.1 as text, for loads that do without a client library.

/** @param {{ method: string, path: string, headers: Record<string, string>, body: string }} request */
export function toBytes({ method, path, headers, body }, host = 'api.example.com') {
  const fields = { host, ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body}`);
}

/** Whether an answer has come to its end. @param {string} text - in latin1, so that a character is a byte */
export function isComplete(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head)) ?? [];
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length - head - 4 >= Number(length);
}
