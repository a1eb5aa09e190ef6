/** The style sheet of the page. Long words and commands break, so that the page never scrolls sideways. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--page:#fff;--box:#f4f6f8;--line:#d0d7de;--link:#0550ae}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--page:#0d1117;--box:#161b22;--line:#3d444d;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:46rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
.name{display:flex;gap:1rem;align-items:center}
img{flex:none;width:3rem;height:3rem;object-fit:contain;border-radius:.5rem}
h1{font-size:1.75rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.6rem 0}
.soft,footer{color:var(--soft)}
.text{white-space:pre-line}
a{color:var(--link)}
code,pre{font:.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.box{display:flex;flex-wrap:wrap;gap:.4rem .75rem;align-items:flex-start;margin:.6rem 0;padding:.6rem .75rem;background:var(--box);border:1px solid var(--line);border-radius:.5rem}
.box pre{flex:1 1 15rem;min-width:0;margin:.2rem 0;white-space:pre-wrap}
button,.button{display:inline-block;padding:.3rem .75rem;font:600 .875rem/1.5 system-ui,sans-serif;color:var(--link);background:var(--page);border:1px solid var(--line);border-radius:.4rem;text-decoration:none;cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:0 .9rem}
summary{padding:.6rem 0;font-weight:600;cursor:pointer}
details[open]{padding-bottom:.5rem}
ul{list-style:none;margin:0;padding:0}
li{padding:.7rem 0;border-top:1px solid var(--line)}
li:first-child{border-top:0}
li p{margin:.2rem 0}
li>code{font-weight:600}
footer{padding-top:1.5rem;padding-bottom:2.5rem;font-size:.875rem}
`.replaceAll('\n', '');
