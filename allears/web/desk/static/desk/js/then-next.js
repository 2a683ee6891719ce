// A button with data-then="next" opens the next conversation once what it sent was taken.

document.addEventListener("htmx:afterRequest", (event) => {
  const submitter = event.detail.requestConfig?.triggeringEvent?.submitter;
  if (!event.detail.successful || submitter?.dataset.then !== "next") return;
  document.dispatchEvent(new CustomEvent("key", { detail: { does: "next", opens: true }, cancelable: true }));
});
