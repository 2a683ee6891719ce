// The layout in one cookie: "queue=360&rail=narrow".

export function rememberPane(name, value) {
  const given = document.cookie.match(/(?:^|; )desk=([^;]*)/)?.[1] ?? "";
  const panes = new URLSearchParams(given);
  panes.set(name, value);
  document.cookie = `desk=${panes}; path=/; max-age=31536000; samesite=lax`;
}
