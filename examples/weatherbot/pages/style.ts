/** The one stylesheet. Text on its ground has a contrast of 7 or more, borders of 3 or more. */
export const style = `
*, *::before, *::after { box-sizing: border-box }
body { margin: 0; background: #eef4f4; color: #14282b; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
header { padding: .75rem 1rem; background: #0b4a52; color: #fff }
.brand { color: #fff; font-weight: 700; font-size: 1.125rem; margin-right: .5rem }
main { max-width: 56rem; margin: 0 auto; padding: 1rem }
section { margin: 0 0 1rem; padding: 1.25rem; background: #fff; border: 1px solid #c9d8d9; border-radius: .75rem }
h1, h2 { margin: 0 0 .75rem; line-height: 1.25 }
h1 { font-size: 1.5rem }
h2 { font-size: 1.125rem }
label { display: block; margin-bottom: .25rem; font-weight: 600 }
.row { display: flex; flex-wrap: wrap; gap: .5rem }
input {
  flex: 1 1 14rem; min-width: 0; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; font-size: 16px;
  color: inherit; background: #fff; border: 1px solid #5c7376; border-radius: .5rem
}
button {
  min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; text-align: left; cursor: pointer;
  color: #fff; background: #0b5560; border: 2px solid #0b5560; border-radius: .5rem
}
button.quiet { color: #0b5560; background: #fff }
button:hover { border-color: #14282b }
:focus-visible { outline: 3px solid #a84a00; outline-offset: 2px }
header :focus-visible { outline-color: #fff }
a { color: #0b5560 }
ul { padding-left: 1.25rem }
.examples { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; padding: 0; list-style: none }
.question { margin: 0 0 .5rem; color: #3f5558; overflow-wrap: anywhere }
.question::before { content: "You asked: " }
.notice { padding: .75rem 1rem; background: #fff6e0; border-left: 4px solid #a06a00 }
main > .notice { margin-top: 0 }
.quiet-text { color: #3f5558 }
.scroll {
  overflow-x: auto; /* a shadow on the side where there is more */
  background:
    linear-gradient(to right, #fff, #fff) left / 1rem 100% no-repeat local, linear-gradient(to left, #fff, #fff) right / 1rem 100% no-repeat local,
    linear-gradient(to right, #14282b55, #14282b00) left / .75rem 100% no-repeat scroll, linear-gradient(to left, #14282b55, #14282b00) right / .75rem 100% no-repeat scroll
}
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .4rem .75rem .4rem 0; text-align: left; border-top: 1px solid #c9d8d9 }
th[scope=row] { white-space: nowrap }
thead th { border-top: 0; vertical-align: bottom; line-height: 1.25 }
.origin { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .75rem; margin: 1rem 0 0; color: #3f5558 }
.origin dd { margin: 0; overflow-wrap: anywhere }
code { font-size: .95em; overflow-wrap: anywhere }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
@media (max-width: 34rem) {
  main { padding: 0 }
  section { margin: 0; padding: 1rem .75rem; border-width: 0 0 1px; border-radius: 0 }
  table { font-size: .78rem }
  th, td { padding-right: .25rem }
  th[scope=row] { font-weight: 400 }
}
`
