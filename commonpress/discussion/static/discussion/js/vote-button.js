// Sends a vote without leaving the page. Without JavaScript the list's form works.
customElements.define("vote-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#send(event))
  }

  async #send(event) {
    const button = event.target.closest("button")
    if (!button) return
    event.preventDefault()
    const pressed = button.ariaLabel
    const body = new URLSearchParams({ value: button.value })
    this.inert = true
    const response = await fetch(button.formAction, { method: "post", body, headers: { "X-Fragment": "1" } }).catch(() => null)
    this.inert = false
    if (response?.ok) {
      const fresh = document.createRange().createContextualFragment(await response.text())
      const top = this.closest(".comment__top")
      top?.parentElement.querySelector(":scope > .vote__held")?.remove()
      top?.after(fresh.querySelector(".vote__held") ?? "")
      this.replaceChildren(...fresh.querySelector("vote-button").childNodes)
    }
    // The button pressed is a new one now: who voted by keyboard stands where they stood.
    this.querySelector(`[aria-label="${CSS.escape(pressed)}"]`)?.focus()
    this.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: response }))
  }
})
