// Sends a vote without leaving the page. Without JavaScript the form inside still works.
customElements.define("vote-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.#send(event))
  }

  async #send(event) {
    event.preventDefault()
    const form = event.target
    const pressed = event.submitter.getAttribute("aria-label")
    const body = new URLSearchParams(new FormData(form, event.submitter))
    this.inert = true
    const response = await fetch(form.action, { method: "post", body, headers: { "X-Fragment": "1" } }).catch(() => null)
    this.inert = false
    if (response?.ok) {
      const fresh = document.createElement("template")
      fresh.innerHTML = await response.text()
      const top = this.closest(".comment__top")
      top?.parentElement.querySelector(":scope > .vote__held")?.remove()
      top?.after(fresh.content.querySelector(".vote__held") ?? "")
      this.replaceChildren(...fresh.content.querySelector("vote-button").childNodes)
    }
    // The button pressed is a new one now: who voted by keyboard stands where they stood.
    this.querySelector(`[aria-label="${CSS.escape(pressed)}"]`)?.focus()
    this.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: response }))
  }
})
