// Opens what is said on a passage beside it, and lets readers comment on words they mark in the story.
// Without JavaScript a note is a link to a page of its own, and the sentences are listed on another.
let opened = null

// One is open at a time, or on its way; it goes with Escape, its button, or another one.
async function open(behind, address, opener) {
  const isSame = opener && opened?.opener === opener
  close()
  if (isSame) return
  const aside = document.createElement("aside")
  const mine = (opened = { aside, opener })
  const html = await fetch(address, { headers: { "X-Fragment": "1" } })
    .then((response) => (response.ok ? response.text() : null))
    .catch(() => null)
  // It was closed meanwhile, or another one opened.
  if (opened !== mine) return
  if (html === null) {
    close()
    location.href = opener?.href ?? address
    return
  }
  aside.className = "aside discussion"
  aside.tabIndex = -1
  // Words marked are answered with the form alone.
  aside.innerHTML = opener ? html : `<comment-form>${html}</comment-form>`
  // By its name a comment is found in the thread.
  for (const item of aside.querySelectorAll("li[id]")) item.removeAttribute("id")
  const button = document.createElement("button")
  button.className = "aside__close"
  button.textContent = "×"
  button.ariaLabel = document.querySelector(".story__body").dataset.close
  button.onclick = close
  aside.prepend(button)
  // What such a handler returns decides whether the key is typed.
  aside.onkeydown = (event) => {
    if (event.key === "Escape") close()
  }
  aside.addEventListener("posted", posted)
  aside.addEventListener("answered", (event) => document.querySelector("thread-me").say(event))
  behind.after(aside)
  opener?.setAttribute("aria-expanded", "true")
  aside.focus()
}

function close() {
  const { aside, opener } = opened ?? {}
  opened = null
  aside?.remove()
  opener?.setAttribute("aria-expanded", "false")
  opener?.focus()
}

// The comment stands where it was written; in the thread it is seen when the page is loaded again.
function posted(event) {
  this.querySelector(":scope > .field__error")?.remove()
  const about = event.target.querySelector(".about") ?? ""
  event.target.outerHTML = event.detail
  this.querySelector(".aside__close").after(about)
  // How many there are in all is said in the thread.
  this.querySelector(".discussion__count")?.remove()
  // The button that was pressed is gone.
  this.focus()
}

customElements.define("passage-note", class extends HTMLElement {
  connectedCallback() {
    const link = this.firstElementChild
    // Several passages have a page.
    if (link.pathname.endsWith("/on/")) return
    link.role = "button"
    link.setAttribute("aria-expanded", "false")
    this.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      // Who clicks twice means it once.
      if (event.detail > 1) return
      open(this.closest("p, li, h2") ?? this, `${link.href}latest/`, link)
    }
    this.onkeydown = (event) => {
      if (event.key !== " ") return
      event.preventDefault()
      link.click()
    }
  }
})

customElements.define("passage-marker", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.button.onclick = () => this.#comment()
    document.addEventListener("selectionchange", () => this.#look())
  }

  #look() {
    const selection = getSelection()
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null
    const line = range?.startContainer.parentElement?.closest(".story__body :is(p, li, h2)")
    const quote = line && !line.closest("aside, figcaption") ? said(range) : ""
    this.button.hidden = quote.length < 3 || quote.length > 600
    if (this.button.hidden) return
    const before = document.createRange()
    before.setStart(line, 0)
    before.setEnd(range.startContainer, range.startOffset)
    this.marked = { line, quote, before: said(before).slice(-80) }
  }

  #comment() {
    const { line, quote, before } = this.marked
    this.button.hidden = true
    open(line, `${this.dataset.compose}?${new URLSearchParams({ quote, before })}`, null)
  }
})

// What is said in a range, without the notes that stand in it.
function said(range) {
  const words = range.cloneContents()
  for (const note of words.querySelectorAll("passage-note, aside")) note.remove()
  for (const line of words.querySelectorAll("p, li, h2, br")) line.after(" ")
  return words.textContent.replace(/\s+/g, " ").trim()
}
