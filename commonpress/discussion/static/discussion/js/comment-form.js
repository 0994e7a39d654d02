// Posts and previews a comment without leaving the page, and opens a reply form in its place.
// Without JavaScript the form goes to its compose page, and "Reply" is a link to one.
customElements.define("comment-form", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.#send(event))
    this.#giveKey()
  }

  // A page kept for everyone carries no once-only key; sent twice, a comment is posted once all the same.
  #giveKey() {
    const form = this.querySelector("form")
    if (form && !form.elements.once && crypto.randomUUID) {
      form.insertAdjacentHTML("afterbegin", `<input type="hidden" name="once" value="${crypto.randomUUID()}">`)
    }
  }

  async #send(event) {
    event.preventDefault()
    const form = event.target
    const body = new URLSearchParams(new FormData(form, event.submitter))
    this.#wait(form, true)
    const response = await fetch(form.action, { method: "post", body, headers: { "X-Fragment": "1" } }).catch(() => null)
    this.#wait(form, false)
    // A button that cannot be pressed loses the focus.
    if (document.activeElement === document.body) event.submitter?.focus()
    if (response?.ok && !response.headers.has("X-Fragment")) {
      this.dispatchEvent(new CustomEvent("posted", { bubbles: true, detail: await response.text() }))
      return
    }
    // A preview, or what is wrong with the comment: the same form with everything kept.
    if (response?.headers.has("X-Fragment")) {
      // Parsed in the form of the votes, a reply's own would be left out.
      this.replaceChildren(document.createRange().createContextualFragment(await response.text()))
      this.#giveKey()
      const first = this.querySelector("[aria-invalid], .preview") ?? this.querySelector("textarea")
      first.focus()
      return
    }
    this.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: response }))
  }

  #wait(form, waiting) {
    for (const button of form.querySelectorAll("button")) button.disabled = waiting
    // What was typed after it was sent would be gone with the form.
    for (const field of form.querySelectorAll("textarea, [name=name]")) field.readOnly = waiting
  }
})
