"""What a page's scripts would ask for and write, told without running them: a reader of JavaScript for which anything
may be unknown, and the browser's part as far as portals use it.

`browser.tell` is the way in. `syntax`, `statements`, `expressions` and `bindings` make closures of a script, `language`
is what they stand in, `methods`, `patterns` and `library` are what the language brings along, `elements`, `wrapped` and
`requests` the browser's part, `libraries` what is known of libraries that are not read.
"""
