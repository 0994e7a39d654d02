// Brings further replies and comments in place. Without JavaScript the links lead to pages of their own.
customElements.define("comment-list", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#follow(event, ".comments__more a"))
    this.parentElement.addEventListener("click", (event) => this.#follow(event, ".discussion__next"))
  }

  async #follow(event, kind) {
    const link = event.target.closest(kind)
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (link.ariaBusy) return
    link.ariaBusy = "true"
    const response = await fetch(link.href).catch(() => null)
    link.ariaBusy = null
    // Refused or out of reach: the page of its own says why.
    if (!response?.ok) return location.assign(link.href)
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    const lists = page.querySelectorAll(".discussion .comments")
    const brought = []
    // On a branch's page the first list is the comment it hangs on.
    for (const item of [...([...lists].at(-1)?.children ?? [])]) this.#take(item, link, brought)
    const next = page.querySelector(".discussion__next")
    if (next) Object.assign(link, { href: next.href, textContent: next.textContent })
    else link.closest("li")?.remove() ?? link.remove()
    if (!brought.length) return
    this.dispatchEvent(new CustomEvent("expanded", { bubbles: true, detail: brought }))
    brought[0].tabIndex = -1
    brought[0].focus({ preventScroll: true })
  }

  // What is here already is passed through: what stands below it may be new.
  #take(item, link, brought) {
    const here = item.id && document.getElementById(item.id)
    if (!here) {
      const row = link.closest("li")
      if (row) row.before(item)
      else this.querySelector(".comments").append(item)
      brought.push(item)
      return
    }
    const replies = [...(item.querySelector(":scope > ol")?.children ?? [])]
    let list = here.querySelector(":scope > ol")
    if (!list && replies.length) {
      list = document.createElement("ol")
      list.className = "comments__replies"
      here.append(list)
    }
    for (const reply of replies) {
      if (document.getElementById(reply.id)) this.#take(reply, link, brought)
      else {
        list.append(reply)
        brought.push(reply)
      }
    }
  }
})
