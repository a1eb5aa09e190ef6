// Loaded into Jest and its workers (scripts/test.mjs). When the parent dies, even of SIGKILL, its channel closes: then everything of the
// run ends, with the Redis servers and programs that tests started.
const isJest = /[/\\](jest|processChild)\.js$/.test(process.argv[1] ?? '');

if (isJest && process.connected) {
  process.once('disconnect', () => {
    // The parent of a worker ends it by a message, after which it may disconnect.
    if (process.argv[1].endsWith('jest.js') && process.env.EXPRESS_MCP_OWN_GROUP === '1') process.kill(0, 'SIGTERM');
    process.exit(1);
  });
  // Workers live as long as their channel, Jest does not.
  if (process.argv[1].endsWith('jest.js')) process.channel.unref();
}
