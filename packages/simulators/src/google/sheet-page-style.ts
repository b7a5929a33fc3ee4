/*
 * What the page of a spreadsheet adds to the style of all pages: the grid, the bar above it, the tabs.
 */

/** CSS text. */
export const sheetPageStyle = `
.full main, .full > .simulator { width: min(100%, 90rem) }
.full main { padding: clamp(.875rem, 3vw, 1.5rem) }
.full { padding: clamp(.5rem, 3vh, 2rem) clamp(.5rem, 2vw, 1.5rem) }
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem }
.top h1 { flex: 1 1 auto }
.top p { margin: 0; font-variant-numeric: tabular-nums }
.tabs { display: flex; flex-wrap: wrap; gap: .375rem; margin: .75rem 0 }
.tabs a, .tabs button {
  display: inline-block; padding: .3rem .75rem; min-height: 0; border-radius: 8px; border: 1px solid var(--line);
  color: inherit; text-decoration: none; font: inherit; font-size: .875rem;
}
.tabs a[aria-current] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600 }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; min-height: 3rem; margin-bottom: .5rem }
.bar p { margin: 0 }
.bar form { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; flex: 0 1 auto }
.bar form:first-child { flex: 1 1 24rem }
.bar b { flex: none; min-width: 3rem; font-variant-numeric: tabular-nums }
.bar input, .bar textarea {
  flex: 1 1 12rem; font: inherit; min-width: 0; min-height: 2.375rem; padding: .3rem .625rem; border-radius: 8px;
  border: 1px solid var(--line); background: var(--ground); color: var(--ink);
}
.bar button { padding: .35rem .75rem; min-height: 2.375rem; font-size: .875rem }
.swatches button { width: 1.75rem; min-height: 1.75rem; padding: 0; border-radius: 50% }
.grid { overflow: auto; max-height: 70dvh; border: 1px solid var(--line); border-radius: 8px; overscroll-behavior: contain }
.grid table { border-collapse: separate; border-spacing: 0; font-size: .875rem; font-variant-numeric: tabular-nums }
.grid th, .grid td { border: 0 solid var(--line); border-width: 0 1px 1px 0; padding: 0 }
.grid th {
  position: sticky; background: var(--ground); color: var(--soft); font-weight: 400; font-size: .75rem; z-index: 1; text-align: center;
}
.grid thead th, .grid thead td { top: 0 }
.grid thead td { position: sticky; left: 0; background: var(--ground); z-index: 2; min-width: 2.75rem }
.grid tbody th { left: 0 }
.grid th.selected { background: var(--line); color: var(--ink); font-weight: 600 }
.grid a {
  display: block; width: 9rem; height: 1.75rem; padding: 0 .5rem; line-height: 1.75rem; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; color: inherit; text-decoration: none;
}
.grid tbody th a { width: 2.75rem; padding: 0 }
.grid td a:focus-visible, .grid th a:focus-visible { outline-offset: -3px }
.grid .number a { text-align: right }
.grid .line { background: color-mix(in srgb, var(--accent) 12%, transparent) }
.grid .chosen { box-shadow: inset 0 0 0 2px var(--accent) }
.yellow { background: light-dark(#fff2b2, #574b16) }
.green { background: light-dark(#c8ebcd, #24502e) }
.blue { background: light-dark(#c9defa, #234066) }
.red { background: light-dark(#fad0cc, #5f2a26) }
.grey { background: light-dark(#d9dde2, #3d454d) }
.swatches .yellow { background: light-dark(#fff2b2, #574b16) }
.more { margin: .5rem 0 0 }
.row select { flex: 0 1 8rem }
.row button { padding: .4rem .75rem; min-height: 2.5rem; font-size: .875rem }
@media (width < 40rem) { .grid a { width: 6.5rem } .grid { max-height: 60dvh } }
`
