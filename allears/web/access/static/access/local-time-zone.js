/** Chooses the browser's own time zone in the select inside, unless someone chose already. */
class LocalTimeZone extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const isOffered = [...select.options].some((option) => option.value === zone);
    if (isOffered && select.selectedIndex <= 0) select.value = zone;
  }
}

customElements.define("local-time-zone", LocalTimeZone);
