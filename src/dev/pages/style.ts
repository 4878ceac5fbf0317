/** The one stylesheet. Text on its ground has a contrast of 7 or more, borders of 3 or more. */
export const style = `
*, *::before, *::after { box-sizing: border-box }
body {
  margin: 0; background: #f3f5f8; color: #1b2430;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif
}
.banner { margin: 0; padding: .5rem 1rem; background: #5c3a00; color: #fff; text-align: center }
main {
  max-width: 30rem; margin: 1.5rem auto; padding: 1.5rem;
  background: #fff; border: 1px solid #d5dbe3; border-radius: .75rem
}
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.1rem }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input {
  width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; font-size: 16px;
  color: inherit; background: #fff; border: 1px solid #6b7789; border-radius: .5rem
}
button {
  min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  color: #fff; background: #1d4f91; border: 2px solid #1d4f91; border-radius: .5rem
}
button.quiet { color: #1d4f91; background: #fff }
:focus-visible { outline: 3px solid #b25e00; outline-offset: 2px }
a { color: #1d4f91 }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem }
.error { padding: .75rem 1rem; color: #7a1010; background: #fdeeee; border-left: 4px solid #b3261e }
.permissions { margin: 0; padding: 0; list-style: none }
.permissions li { padding: .5rem 0; border-top: 1px solid #d5dbe3 }
code { font-size: .9em; overflow-wrap: anywhere }
.permissions code { display: block; color: #46536a }
.note { color: #46536a }
table { width: 100%; border-collapse: collapse }
td code { white-space: nowrap }
th, td { padding: .35rem .5rem .35rem 0; text-align: left; border-top: 1px solid #d5dbe3 }
@media (max-width: 32rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0 } }
`
