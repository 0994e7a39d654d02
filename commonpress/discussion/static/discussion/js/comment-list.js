// Brings further replies and comments in place. Without JavaScript the links lead to pages of their own.
// They are laid out in slices: hundreds at once would hold up who scrolls or types.
const SLICE = 25

customElements.define("comment-list", class extends HTMLElement {
  connectedCallback() {
    this.laid = this.#lay()
    this.addEventListener("click", (event) => this.#follow(event, ".comments__more a"))
    this.parentElement.addEventListener("click", (event) => this.#follow(event, ".discussion__next"))
  }

  async #follow(event, kind) {
    const link = event.target.closest(kind)
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (link.ariaBusy) return
    link.ariaBusy = "true"
    const page = await fetch(link.href)
      .then(async (response) => response.ok && parsed(await response.text()))
      .catch(() => null)
    // Refused or out of reach: the page of its own says why.
    if (!page) {
      link.ariaBusy = null
      return location.assign(link.href)
    }
    // On a branch's page the first list is the comment it hangs on.
    const list = [...page.querySelectorAll(".discussion .comments")].at(-1)
    const first = await this.#put(list, link.closest("li"))
    link.ariaBusy = null
    const next = page.querySelector(".discussion__next")
    if (next) Object.assign(link, { href: next.href, textContent: next.textContent })
    else link.closest("li")?.remove() ?? link.remove()
    if (!first) return
    first.tabIndex = -1
    first.focus({ preventScroll: true })
  }

  // Puts comments in place, before a row or at the end; returns the first.
  async #put(list, row) {
    const place = (item) => (row ? row.before(item) : this.querySelector(".comments").append(item))
    let first
    let count = 0
    await this.laid
    await this.#breathe()
    for (const piece of list ? placed(list, place) : []) {
      first ??= piece
      if (++count % SLICE === 0) await this.#breathe()
    }
    await this.#breathe()
    return first
  }

  // At once, where a reader came for one.
  async #lay() {
    const items = [...this.querySelectorAll("li[id]")]
    while (items.length) {
      for (const item of items.splice(0, this.querySelector(":target") ? items.length : SLICE)) item.classList.add("is-laid")
      await this.#breathe()
    }
    this.classList.add("is-laid")
  }

  async #breathe() {
    this.dispatchEvent(new CustomEvent("expanded", { bubbles: true }))
    this.getBoundingClientRect()
    // Not with each frame: hidden tabs have none, and the way to more would be seen to move.
    await (globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve)))
  }
})

// Puts the items of a list in place, each before its replies. Below one that is here already may be new ones.
function* placed(list, place) {
  for (const item of [...list.children]) {
    const replies = item.querySelector(":scope > ol")
    const here = document.getElementById(item.id) ?? item
    if (here === item) {
      replies?.remove()
      place(item)
      yield item
    }
    if (!replies) continue
    let below = here.querySelector(":scope > ol")
    if (!below) here.append((below = replies.cloneNode()))
    yield* placed(replies, (reply) => below.append(reply))
  }
}

// For each that could send it, a form looks through all it has.
function parsed(html) {
  return new DOMParser().parseFromString(html.replaceAll("<button ", '$&type="button" '), "text/html")
}
