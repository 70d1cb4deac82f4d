"""What a page's scripts would ask for and write, told without running them: a reader of JavaScript for which anything
may be unknown, and the browser's part as far as portals use it.

`browser.tell` is the way in, `told` what goes in and comes out. `syntax`, `statements`, `expressions`, `functions` and
`bindings` make closures of a script, `language` is what they stand in; `methods`, `patterns`, `objects`, `promises` and
`library` are what the language brings along; `window`, `elements`, `wrapped` and `requests` the browser's part;
`modules` loads files. Of frameworks nothing is run: `vue`, `react` and `angular` know components by their shape,
`routes` where an application stands, `templates` fills markup; `libraries` and `widgets` know what other libraries do
with the options that they are handed.
"""
