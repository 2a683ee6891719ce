"""The kit that every page is made of: `ui/page.html`, components (includes, always `only`), styles, elements.

A page for staff is `<div class="staff">`, `{% rail "settings" %}`, `<main class="staff-page" id="content">`;
in it stand `form.fields`, `.table-box > table.table`, `dl.facts`, `section.card`, and menus as
`<drop-menu><details><summary class="button">…</summary><div class="menu">` with `.menu-item` inside.
`data-opens="<id>"` on a link opens that dialog. Tones (`data-tone`): warm, hot, good, accent, public, note.
One rule: one component for one thing, wherever it stands; colours come from `tokens.css` by meaning.
"""
