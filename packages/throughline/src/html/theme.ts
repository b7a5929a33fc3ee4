/*
 * The look of every page: design tokens, then native elements, then the parts of a document.
 *
 * Kinds of elements add only what is theirs. Nothing here is an image or comes from elsewhere, so that the content
 * security policy needs to allow no more than this one stylesheet.
 */

const TOKENS = `
:root{
color-scheme:light dark;
--tl-paper:#fafaf8;--tl-surface:#fff;--tl-sunk:#f2f2ee;
--tl-ink:#1b1c20;--tl-soft:#5d606a;--tl-line:#dedfd9;--tl-edge:#8b8e97;
--tl-accent:#3346c9;--tl-accent-strong:#27379f;--tl-on-accent:#fff;--tl-accent-tint:#eef0fd;
--tl-info:#2f5aa8;--tl-info-tint:#eef3fb;
--tl-success:#1d6b45;--tl-success-tint:#ebf6ef;
--tl-warning:#855100;--tl-warning-tint:#fdf4e1;
--tl-error:#b0292f;--tl-error-tint:#fdeeed;
--tl-radius:.625rem;
--tl-shadow:0 1px 2px rgb(20 22 30/.06);
--tl-lift:0 .5rem 2rem rgb(20 22 30/.16);
--tl-sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;
--tl-mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{
--tl-paper:#131418;--tl-surface:#1b1d23;--tl-sunk:#22252c;
--tl-ink:#eceded;--tl-soft:#a3a7b2;--tl-line:#31343d;--tl-edge:#747986;
--tl-accent:#9db0ff;--tl-accent-strong:#bdcaff;--tl-on-accent:#10142b;--tl-accent-tint:#242a45;
--tl-info:#9dc1ff;--tl-info-tint:#1b2639;
--tl-success:#7fd6a5;--tl-success-tint:#172b22;
--tl-warning:#f0c070;--tl-warning-tint:#302615;
--tl-error:#ff9c98;--tl-error-tint:#371d1f;
--tl-shadow:0 1px 2px rgb(0 0 0/.3);
--tl-lift:0 .5rem 2rem rgb(0 0 0/.5)}}
`

const TEXT = `
*,::before,::after{box-sizing:border-box}
body,h1,h2,h3,h4,h5,h6,p,ul,ol,dl,dd,figure,blockquote,pre,fieldset{margin:0}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-block:2rem}
body{min-height:100vh;background:var(--tl-paper);color:var(--tl-ink);font:1rem/1.6 var(--tl-sans);overflow-wrap:break-word}
h1,h2,h3,h4,h5,h6{line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.45rem + 1.4vw,2.375rem);letter-spacing:-.022em;line-height:1.15}
h2{font-size:1.5rem}h3{font-size:1.1875rem}h4,h5,h6{font-size:1rem}
p{text-wrap:pretty}
a{color:var(--tl-accent);text-underline-offset:.2em;text-decoration-thickness:1px}
a:hover{color:var(--tl-accent-strong);text-decoration-thickness:2px}
img,svg{max-width:100%;height:auto;vertical-align:middle}
img{border-radius:var(--tl-radius)}
hr{border:0;border-block-start:1px solid var(--tl-line);margin-block:2rem}
code,pre{font-family:var(--tl-mono);font-size:.875em}
code{padding:.125em .375em;border-radius:.375em;background:var(--tl-sunk)}
pre{padding:1rem;border-radius:var(--tl-radius);background:var(--tl-sunk);overflow-x:auto;line-height:1.5;tab-size:2}
pre code{padding:0;background:none;font-size:1em}
:focus-visible{outline:3px solid var(--tl-accent);outline-offset:2px}
::selection{background:var(--tl-accent);color:var(--tl-on-accent)}
.tl-hidden{position:absolute;width:1px;height:1px;margin:-1px;padding:0;border:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.tl-hint{color:var(--tl-soft);font-size:.9375rem}
.tl-problem{margin-block-start:.375rem;color:var(--tl-error);font-size:.9375rem}
.tl-problem::before{content:"! ";font-weight:700}
`

const CONTROLS = `
button,input,select{font:inherit;color:inherit;letter-spacing:inherit;margin:0}
button,a.tl-primary{display:inline-flex;align-items:center;justify-content:center;gap:.5rem;min-height:2.75rem;padding:.5rem 1.125rem;border:1px solid var(--tl-edge);border-radius:var(--tl-radius);background:var(--tl-surface);box-shadow:var(--tl-shadow);font-weight:550;line-height:1.3;text-align:center;text-decoration:none;cursor:pointer;touch-action:manipulation;transition:background-color .12s,border-color .12s}
@media(hover:hover){button:hover{border-color:var(--tl-ink);background:var(--tl-sunk)}}
button:active{transform:translateY(1px)}
.tl-primary,a.tl-primary{border-color:var(--tl-accent);background:var(--tl-accent);color:var(--tl-on-accent)}
@media(hover:hover){.tl-primary:hover,a.tl-primary:hover{border-color:var(--tl-accent-strong);background:var(--tl-accent-strong);color:var(--tl-on-accent)}}
:is(:is(button,input,select):disabled,button[aria-disabled=true]){border-color:var(--tl-line);background-color:var(--tl-sunk);color:var(--tl-soft);box-shadow:none;cursor:not-allowed;transform:none;opacity:1}
label{display:block;margin-block-end:.375rem;font-weight:550}
input,select{width:100%;min-height:2.75rem;padding:.5rem .875rem;border:1px solid var(--tl-edge);border-radius:var(--tl-radius);background:var(--tl-surface);box-shadow:var(--tl-shadow);transition:border-color .12s}
:is(input,select):not(:disabled):hover{border-color:var(--tl-ink)}
:is(input,select):focus-visible{border-color:var(--tl-accent);outline-offset:0}
input::placeholder{color:var(--tl-soft);opacity:1}
:is(input:user-invalid,[aria-invalid]){border-color:var(--tl-error)}
select{appearance:none;padding-inline-end:2.5rem;background-image:linear-gradient(45deg,transparent 50%,currentColor 50%),linear-gradient(-45deg,transparent 50%,currentColor 50%);background-position:right 1.3125rem center,right 1rem center;background-size:.3125rem .3125rem;background-repeat:no-repeat}
[dir=rtl] select{background-position:left 1rem center,left 1.3125rem center}
option{background:var(--tl-surface);color:var(--tl-ink)}
[type=checkbox],[type=radio]{appearance:none;position:relative;flex:none;display:inline-grid;place-content:center;width:1.5rem;height:1.5rem;min-height:0;padding:0;border-radius:.375rem;cursor:pointer}
[type=radio]{border-radius:50%}
[type=checkbox]::after,[type=radio]::after{content:"";position:absolute;inset:-.75rem}
[type=checkbox]::before,[type=radio]::before{content:"";width:.9375rem;height:.9375rem;background:var(--tl-on-accent);transform:scale(0);transition:transform .12s}
[type=checkbox]::before{clip-path:polygon(13% 44%,0 58%,40% 93%,100% 21%,86% 8%,38% 66%)}
[type=radio]::before{width:.625rem;height:.625rem;border-radius:50%}
:is([type=checkbox],[type=radio]):checked{border-color:var(--tl-accent);background:var(--tl-accent)}
:is([type=checkbox],[type=radio]):checked::before{transform:none}
:is([type=checkbox],[type=radio]):disabled{border-color:var(--tl-edge);opacity:.6}
:is([type=checkbox],[type=radio]):checked:disabled{background:var(--tl-soft)}
progress{appearance:none;display:block;width:100%;height:.5rem;border:0;border-radius:1rem;overflow:hidden;background:var(--tl-line);color:var(--tl-accent)}
progress::-webkit-progress-bar{background:var(--tl-line)}
progress::-webkit-progress-value{border-radius:1rem;background:var(--tl-accent);transition:inline-size .25s}
progress::-moz-progress-bar{border-radius:1rem;background:var(--tl-accent)}
.tl-scroll{overflow:auto;border:1px solid var(--tl-line);border-radius:var(--tl-radius);background:linear-gradient(transparent,var(--tl-surface) 75%) bottom/100% 2.5rem no-repeat local,linear-gradient(transparent,rgb(0 0 0/.13)) bottom/100% .75rem no-repeat var(--tl-surface);box-shadow:var(--tl-shadow)}
table{width:100%;border-collapse:separate;border-spacing:0;font-variant-numeric:tabular-nums;line-height:1.4}
th,td{padding:.75rem 1rem;text-align:start;vertical-align:middle;border-block-end:1px solid var(--tl-line)}
thead th{position:sticky;inset-block-start:0;z-index:1;padding-block:.625rem;background:var(--tl-sunk);color:var(--tl-soft);font-size:.875rem;font-weight:600;white-space:nowrap}
tbody tr:last-child>*{border-block-end:0}
@media(hover:hover){tbody tr:hover{background:var(--tl-sunk)}}
tbody tr:has(:checked){background:var(--tl-accent-tint)}
`

const PARTS = `
#tl-form{display:block}
main{display:flex;flex-wrap:wrap;align-items:flex-start;gap:1.5rem .75rem;max-width:50.5rem;margin-inline:auto;padding:clamp(1.5rem,6vw,4.5rem) 1.25rem 7rem}
.tl-element{flex:0 0 100%;min-width:0}
.tl-button,.tl-download-button,.tl-link{flex:0 1 auto}
.tl-link{min-height:2.75rem;display:flex;align-items:center;padding-inline-end:.75rem}
.tl-heading+.tl-element:not(.tl-heading){margin-block-start:-.5rem}
.tl-element:not(:first-child):is(.tl-heading):has(h1,h2){margin-block-start:1.25rem}
.tl-text,.tl-markdown,.tl-heading{max-width:42rem}
:is(.tl-text-input,.tl-select)>:is(input,select){max-width:30rem}
[class^=tl-tone-]{display:flex;gap:.75rem;padding:.875rem 1rem;border-radius:var(--tl-radius);border:1px solid color-mix(in srgb,currentColor 28%,transparent)}
[class^=tl-tone-] p{color:var(--tl-ink);white-space:pre-line;min-width:0}
[class^=tl-tone-] svg{flex:none;width:1.375rem;height:1.375rem;margin-block-start:.125rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.tl-tone-info{color:var(--tl-info);background:var(--tl-info-tint)}
.tl-tone-success{color:var(--tl-success);background:var(--tl-success-tint)}
.tl-tone-warning{color:var(--tl-warning);background:var(--tl-warning-tint)}
.tl-tone-error{color:var(--tl-error);background:var(--tl-error-tint)}
.tl-wheel{flex:none;display:inline-block;width:1.25rem;height:1.25rem;border:2.5px solid var(--tl-line);border-block-start-color:var(--tl-accent);border-radius:50%;animation:tl-turn .8s linear infinite}
@keyframes tl-turn{to{transform:rotate(1turn)}}
@keyframes tl-pulse{50%{opacity:.35}}
@keyframes tl-rise{from{opacity:0;transform:translateY(.5rem)}}
button[aria-busy=true]{cursor:progress;opacity:.7}
.tl-waiting>.tl-element:not(.tl-confirmed){opacity:.55;transition:opacity .2s}
#tl-notice,.tl-notice,#tl-busy:not([hidden]){position:fixed;z-index:10;inset-inline:1rem;margin-inline:auto;width:fit-content;max-width:min(36rem,calc(100vw - 2rem))}
#tl-notice,.tl-notice{inset-block-end:1.25rem;display:grid;gap:.5rem}
.tl-notice-text,.tl-notice,#tl-busy:not([hidden]){border-radius:var(--tl-radius);background:var(--tl-ink);color:var(--tl-paper);box-shadow:var(--tl-lift);animation:tl-rise .2s}
.tl-notice-text,.tl-notice{display:flex;align-items:center;gap:.5rem;padding:.75rem 1.125rem}
.tl-notice-close{min-height:0;width:2.75rem;height:2.75rem;margin:-.5rem -.875rem -.5rem auto;padding:0;border:0;background:none;box-shadow:none;color:inherit;font-size:1.375rem}
.tl-notice-close:hover{background:none;color:var(--tl-line)}
#tl-busy:not([hidden]){inset-block-start:.75rem;display:flex;align-items:center;gap:.75rem;padding:.375rem .375rem .375rem 1.125rem;font-size:.9375rem}
#tl-busy button{border-color:transparent;background:color-mix(in srgb,currentColor 16%,transparent);box-shadow:none;color:inherit}
#tl-busy .tl-wheel{border-color:color-mix(in srgb,currentColor 30%,transparent);border-block-start-color:currentColor}
#tl-form>noscript{display:block;max-width:50.5rem;margin-inline:auto;padding:0 1.25rem 4rem}
.tl-plain main{flex-direction:column;max-width:40rem;padding-block-start:max(4.5rem,16vh)}
.tl-plain p{max-width:100%}
@media (max-width:30rem){:is(.tl-button,.tl-download-button,.tl-connect-button,.tl-folder-button,.tl-link-list-button)>button{width:100%}.tl-button,.tl-download-button{flex-basis:100%}.tl-button+.tl-button,.tl-download-button+.tl-button{margin-block-start:-.75rem}th,td{padding-inline:.75rem}}
@media (prefers-reduced-motion:reduce){*,::before,::after{transition:none!important;animation-duration:.01ms!important;animation-iteration-count:1!important}.tl-wheel{animation:tl-pulse 2.4s ease-in-out infinite!important}}
@media (forced-colors:active){:is([type=checkbox],[type=radio]):checked::before{background:CanvasText}.tl-wheel{border-block-start-color:Highlight}}
@media print{body{background:none}main{padding:0;max-width:none}#tl-notice,.tl-notice,#tl-busy,button,noscript{display:none!important}.tl-scroll{max-height:none!important;overflow:visible;box-shadow:none}thead th{position:static}}
`

/** The base stylesheet, without the styles of the kinds of elements. */
export const themeStyles: string = TOKENS + TEXT + CONTROLS + PARTS
