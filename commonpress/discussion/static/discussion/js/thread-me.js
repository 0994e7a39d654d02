// What in a thread is only this reader's: their votes, their held comments, and what they do now.
// The page is the same bytes for everyone, so this is asked for once the discussion comes into sight.
customElements.define("thread-me", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#reply(event))
    this.addEventListener("posted", (event) => this.#show(event))
    this.addEventListener("answered", (event) => this.#say(event))
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(event.target))
    const sight = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      sight.disconnect()
      this.#fetchMine()
    })
    sight.observe(this)
  }

  async #fetchMine() {
    const response = await fetch(this.dataset.mine, { headers: { "X-Fragment": "1" } }).catch(() => null)
    if (!response?.ok) return
    const mine = await response.json()
    for (const [id, value] of Object.entries(mine.votes ?? {})) this.#press(id, value)
    if (mine.writes_as) this.#sign(mine.writes_as)
    for (const held of (mine.held ?? []).reverse()) this.#insert(held.html, held.parent)
  }

  #press(id, value) {
    const button = this.querySelector(`#c-${id} > article vote-button button[value="${value}"]`)
    button?.setAttribute("aria-pressed", "true")
    button?.setAttribute("value", "0")
  }

  // The page kept for everyone asks for a name; an account has one.
  #sign(sentence) {
    const field = this.querySelector('comment-form [name="name"]')?.closest(".field")
    const note = document.createElement("p")
    note.className = "field__help"
    note.textContent = sentence
    field?.replaceWith(note)
  }

  async #reply(event) {
    const link = event.target.closest(".comment__reply")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const article = link.closest("article.comment")
    const open = article.querySelector("comment-form")
    if (open) return open.querySelector("textarea").focus()
    const response = await fetch(link.href, { headers: { "X-Fragment": "1" } }).catch(() => null)
    // The link itself is always there: whatever is the matter, the compose page says it.
    if (!response?.ok) return location.assign(link.href)
    const form = document.createElement("comment-form")
    form.innerHTML = await response.text()
    // Two forms on one page: labels must find their own fields.
    for (const field of form.querySelectorAll("[id]")) field.id += `-${article.parentElement.id}`
    for (const label of form.querySelectorAll("[for]")) label.htmlFor += `-${article.parentElement.id}`
    article.append(form)
    form.querySelector("textarea").focus()
  }

  #close(target) {
    const article = target.closest("article.comment")
    const form = target.closest("comment-form")
    if (!article || !form || form.querySelector("textarea").value) return
    form.remove()
    article.querySelector(".comment__reply").focus()
  }

  #show(event) {
    const form = event.target
    const parent = form.closest("article.comment")?.parentElement.id.slice(2)
    const item = this.#insert(event.detail, parent)
    this.#count(event.detail)
    if (parent) form.remove()
    else form.querySelector("form").replaceWith(this.#freshForm(form))
    item.tabIndex = -1
    item.focus()
    this.#announce(item.querySelector(".comment__held")?.textContent ?? item.querySelector("bdi").textContent)
  }

  // The answer brings the number of comments, under the headline and over the discussion, if it is another now.
  #count(html) {
    const said = new DOMParser().parseFromString(html, "text/html").querySelector(".discussion__count")
    if (!said) return
    for (const place of document.querySelectorAll(".discussion__count")) place.textContent = said.textContent
  }

  #freshForm(holder) {
    const form = holder.querySelector("form")
    const fresh = form.cloneNode(true)
    fresh.querySelector("textarea").value = ""
    fresh.querySelector('[name="once"]')?.setAttribute("value", crypto.randomUUID?.() ?? "")
    holder.querySelector(".preview")?.remove()
    return fresh
  }

  // Puts a comment where it belongs; a page that does not show that place leaves it out.
  #insert(html, parent) {
    const fragment = document.createElement("template")
    fragment.innerHTML = html
    const item = fragment.content.querySelector("li")
    const there = document.getElementById(item.id)
    if (there) return there
    const holder = document.getElementById(parent ? `c-${parent}` : "discussion")
    if (!holder) return null
    let list = holder.querySelector(parent ? ":scope > ol" : ".comments")
    if (!list) {
      list = document.createElement("ol")
      // "Nobody has said anything yet" is no longer so.
      if (!parent) holder.querySelector(".discussion__note")?.remove()
      list.className = parent ? "comments__replies" : "comments"
      holder.append(list)
    }
    if (parent) list.append(item)
    else list.prepend(item)
    return item
  }

  // A refusal is a page with one sentence that matters.
  async #say(event) {
    const response = event.detail
    // What is said of a vote stands under the comment's line of buttons, which has no room for a sentence.
    const place = event.target.closest(".comment__top") ?? event.target
    place.parentElement.querySelector(":scope > .field__error")?.remove()
    if (response?.ok) return
    const page = new DOMParser().parseFromString((await response?.text()) ?? "", "text/html")
    const sentence = page.querySelector("[role=alert], .stand-in__lead")?.textContent
    const note = document.createElement("p")
    note.className = "field__error"
    note.setAttribute("role", "alert")
    note.textContent = sentence ?? this.dataset.offline
    place.after(note)
  }

  #announce(text) {
    this.querySelector("[role=status]").textContent = text
  }
})
