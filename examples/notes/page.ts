/** The page of the notes service, as it was before there was anything of MCP. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Notes</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere }
  form { display: flex; gap: .5rem } input { flex: 1; min-width: 0; font: inherit; padding: .4rem .6rem }
  li { display: flex; gap: .5rem; align-items: start; justify-content: space-between; padding: .4rem 0; border-bottom: 1px solid #8884 } ul { padding: 0 }
</style>
</head>
<body>
<h1>Notes</h1>
<form><input name="text" aria-label="A new note" placeholder="A new note" required><button>Add</button></form>
<ul></ul>
<script>
  const list = document.querySelector('ul');
  async function show() {
    const notes = await (await fetch('/api/notes')).json();
    list.replaceChildren(...notes.map(({ id, text }) => {
      const item = document.createElement('li');
      const remove = document.createElement('button');
      remove.textContent = 'Delete';
      remove.ariaLabel = 'Delete ' + text;
      remove.onclick = async () => { await fetch('/api/notes/' + id, { method: 'DELETE' }); await show(); };
      item.append(text, remove);
      return item;
    }));
  }
  document.querySelector('form').onsubmit = async (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get('text');
    await fetch('/api/notes', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) });
    event.target.reset();
    await show();
  };
  show();
</script>
</body>
</html>
`;
