// Gives the form its once-only key, which a page kept for everyone cannot carry. Without it the form still works.
customElements.define("give-form", class extends HTMLElement {
  connectedCallback() {
    if (!crypto.randomUUID) return
    const once = document.createElement("input")
    once.type = "hidden"
    once.name = "once"
    once.value = crypto.randomUUID()
    this.querySelector("form").append(once)
  }
})
