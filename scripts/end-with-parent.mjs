// Loaded into Jest and its workers (scripts/test.mjs). When the parent dies, even of SIGKILL, its channel closes: then everything of the
// run ends, with the Redis servers and programs that tests started.
const isJest = /[/\\](jest|processChild)\.js$/.test(process.argv[1] ?? '');

if (isJest && process.connected) {
  const end = () => {
    // The parent of a worker ends it by a message, after which it may disconnect.
    if (process.argv[1].endsWith('jest.js') && process.env.EXPRESS_MCP_OWN_GROUP === '1') process.kill(0, 'SIGTERM');
    process.exit(1);
  };
  process.once('disconnect', end);
  // A worker that was told to end stops to listen. Our listener alone would keep its channel open, until Jest kills it.
  process.on('removeListener', (event) => {
    if (event === 'message') process.off('disconnect', end);
  });
  // Workers live as long as their channel, Jest does not.
  if (process.argv[1].endsWith('jest.js')) process.channel.unref();
}
