/** The page of the notes service, as it was before there was anything of MCP. Its users sign in with the app, not with tokens. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Notes</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere }
  [hidden] { display: none !important }
  form { display: flex; gap: .5rem } input { flex: 1; min-width: 0; font: inherit; padding: .4rem .6rem }
  li { display: flex; gap: .5rem; align-items: start; justify-content: space-between; padding: .4rem 0; border-bottom: 1px solid #8884 } ul { padding: 0 }
</style>
</head>
<body>
<h1>Notes</h1>
<form id="sign-in" hidden><input name="name" aria-label="Your name" placeholder="Your name" autocomplete="username" maxlength="100" required><button>Sign in</button></form>
<main hidden>
<form id="add"><input name="text" aria-label="A new note" placeholder="A new note" maxlength="10000" required><button>Add</button></form>
<ul></ul>
<button id="sign-out">Sign out</button>
</main>
<script>
  const [signIn, main, list] = ['#sign-in', 'main', 'ul'].map((selector) => document.querySelector(selector));
  const send = async (method, path, body) => {
    await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    await show();
  };
  async function show() {
    const answer = await fetch('/api/notes');
    signIn.hidden = answer.ok;
    main.hidden = !answer.ok;
    list.replaceChildren();
    if (!answer.ok) return;
    const notes = await answer.json();
    list.append(...notes.map(({ id, text }) => {
      const item = document.createElement('li');
      const remove = document.createElement('button');
      remove.textContent = 'Delete';
      remove.ariaLabel = 'Delete ' + text;
      remove.onclick = () => send('DELETE', '/api/notes/' + id);
      item.append(text, remove);
      return item;
    }));
  }
  const onSubmit = (selector, path) => {
    document.querySelector(selector).onsubmit = async (event) => {
      event.preventDefault();
      const form = event.target;
      await send('POST', path, Object.fromEntries(new FormData(form)));
      form.reset();
    };
  };
  onSubmit('#sign-in', '/session');
  onSubmit('#add', '/api/notes');
  document.querySelector('#sign-out').onclick = () => send('DELETE', '/session');
  show();
</script>
</body>
</html>
`;
