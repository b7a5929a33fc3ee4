/*
 * The stylesheet of the simulators' pages: calm, light and dark, from 320 pixels up. It needs no script,
 * no font and no other file.
 */

/** CSS text, put into a `style` element that the page's nonce allows. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f5f7, #12161a);
  --card: light-dark(#ffffff, #1b2127);
  --ink: light-dark(#17212b, #e8edf2);
  --soft: light-dark(#5a6875, #9eabb8);
  --line: light-dark(#dde3e8, #303942);
  --accent: light-dark(#0f6fb5, #6db8f2);
  --on-accent: light-dark(#ffffff, #0b1721);
  --note: light-dark(#fff4d6, #3a3017);
  --note-ink: light-dark(#6b4e00, #f3d98b);
}
* { box-sizing: border-box }
body {
  margin: 0; min-height: 100dvh; display: grid; grid-template-columns: minmax(0, 1fr);
  align-content: start; justify-items: center;
  gap: 1rem; padding: clamp(1rem, 6vh, 4rem) 1rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;
}
main, .simulator { width: min(100%, 30rem) }
main {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: clamp(1.25rem, 5vw, 2rem); overflow-wrap: anywhere;
}
.simulator, .note {
  margin: 0; padding: .5rem .875rem; border-radius: 10px; font-size: .875rem;
  background: var(--note); color: var(--note-ink);
}
h1 { margin: 0 0 .25rem; font-size: 1.375rem; line-height: 1.25; letter-spacing: -.01em }
p { margin: .25rem 0 1rem }
.decision + small { display: block; margin-top: 1rem }
.soft, small { color: var(--soft); font-size: .875rem }
.signed-in { display: flex; align-items: center; gap: .75rem; margin: 1rem 0 }
.signed-in > .name { flex: 1 }
.portrait {
  flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid; place-items: center;
  background: var(--line); font-weight: 600; font-size: .875rem;
}
fieldset { border: 0; margin: 0 0 1.5rem; padding: 0 }
legend { padding: 0; font-weight: 600; margin-bottom: .25rem }
label { display: flex; gap: .75rem; padding: .75rem 0; border-top: 1px solid var(--line); cursor: pointer }
label:has(:disabled) { cursor: default }
label span { flex: 1 }
label small { display: block; font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: .8125rem }
input[name=user_code] {
  font: 600 1.5rem/1.2 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; letter-spacing: .2em; text-align: center;
  text-transform: uppercase; width: 100%; padding: .7rem; border-radius: 10px; border: 1px solid var(--line);
  background: var(--ground); color: var(--ink);
}
input[type=checkbox] { width: 1.125rem; height: 1.125rem; margin: .2rem 0 0; flex: none; accent-color: var(--accent) }
.choices { display: grid; gap: .75rem; margin-top: 1.25rem }
.decision { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem }
button {
  font: inherit; font-weight: 600; padding: .7rem 1rem; border-radius: 10px; cursor: pointer; min-height: 2.875rem;
  border: 1px solid var(--line); background: transparent; color: var(--ink);
}
button:hover { border-color: var(--accent) }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
button.main:hover { filter: brightness(1.08) }
.choices button { display: flex; align-items: center; gap: .75rem; text-align: left; padding: .6rem .875rem }
.choices button.main { justify-content: center }
.wide main, .wide > .simulator { width: min(100%, 56rem) }
.note { margin: .75rem 0 }
h2 { margin: 2rem 0 .5rem; font-size: 1.125rem }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; padding: .75rem 0; border-top: 1px solid var(--line) }
.row > strong { flex: 1 1 11rem; line-height: 1.3 }
strong small { font-weight: 400 }
.row > input { flex: 2 1 13rem }
.switch { flex-wrap: wrap; align-items: center; padding: .5rem 0 }
.switch > span { flex: 1 1 12rem; font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: .875rem }
.switch small { font-family: system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; font-weight: 400 }
.switch > :is(select, input, textarea) { flex: 1 1 12rem }
.changed > span { color: var(--accent); font-weight: 600 }
select, textarea, .row > input, .switch > input {
  font: inherit; min-width: 0; min-height: 2.5rem; padding: .35rem .625rem; border-radius: 8px;
  border: 1px solid var(--line); background: var(--ground); color: var(--ink);
}
textarea { field-sizing: content; font: .8125rem/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; resize: vertical }
details { border-top: 1px solid var(--line) }
summary { padding: .75rem 0; cursor: pointer; font-weight: 600 }
details + .decision { margin-top: 1rem }
code { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: .9375em }
.requests { margin: 0; padding: 0; list-style: none; font-size: .875rem }
.requests li {
  display: grid; grid-template-columns: 8rem 2.25rem minmax(0, 1fr); gap: 0 .5rem; padding: .375rem 0; border-top: 1px solid var(--line);
}
.requests small { font-size: inherit }
.reason { grid-column: 2 / -1; margin: 0; color: var(--note-ink) }
@media (width < 40rem) {
  .requests li { grid-template-columns: 2.25rem minmax(0, 1fr) }
  .requests li > small { grid-column: 2; grid-row: 2 }
}
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`
