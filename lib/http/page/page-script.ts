/** The script of the page: a button beside everything that is to be copied. Without it the page lacks nothing else. */
export const pageScript = `
if(navigator.clipboard)for(const box of document.querySelectorAll('.box')){
const text=box.querySelector('pre').textContent,button=document.createElement('button'),what=box.dataset.what;
button.type='button';button.textContent='Copy';button.setAttribute('aria-label','Copy '+what);
button.addEventListener('click',async()=>{try{await navigator.clipboard.writeText(text);button.textContent='Copied';
document.getElementById('status').textContent=what+' copied'}catch{button.textContent='Not allowed'}
setTimeout(()=>{button.textContent='Copy'},2000)});
box.append(button)}
`.replaceAll('\n', '');
