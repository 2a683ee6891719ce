"""The kit that every page is made of: `ui/page.html`, components, styles, small custom elements.

Components are includes, always with `only`; the first line of each names its inputs:
icon, button, badge, avatar, person, network_mark, visibility_mark, when, field, form_errors, empty,
notice, toast, confirm, tabs, pagination, progress, attachment.
A page for staff is `<div class="staff">` with `{% rail "settings" %}` (load ui_page) and
`<main class="staff-page" id="content"><div class="staff-column">`. Forms stand in `<form class="fields">`,
tables in `<div class="table-box"><table class="table">`, pairs in `<dl class="facts">`, boxes in
`<section class="card">`. A menu is `<drop-menu><details><summary class="button">…</summary>
<div class="menu">` with `class="menu-item"` inside; `data-opens="<id>"` on a link opens that dialog.
Tones are calm, warm, hot, good, accent, public and note; they are written `data-tone`.
One rule: one component for one thing, wherever it stands; colours come from `tokens.css` by meaning.
"""
