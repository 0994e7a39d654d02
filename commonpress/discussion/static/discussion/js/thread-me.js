// What in a thread is only this reader's: their votes, their held comments, and what they do now.
// The page is the same bytes for everyone.
//
// Marks what came since their last visit. When that was is known to their browser alone, and only where they have an
// account or have written or voted: who just reads leaves no list of what they read, here or there.
const VISITS = "visits"
const VISIT_MS = 30 * 60e3
const THREADS = 100

customElements.define("thread-me", class extends HTMLElement {
  #field = null
  #votes = {}

  connectedCallback() {
    this.addEventListener("click", (event) => this.#reply(event))
    this.addEventListener("posted", (event) => this.#show(event))
    this.addEventListener("answered", (event) => this.say(event))
    this.addEventListener("expanded", () => this.#pressAll())
    this.addEventListener("brought", (event) => event.detail.forEach((item) => this.#mark(item)))
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(event.target))
    // A comment's own page was made for who was here before.
    document.addEventListener("another", () => (this.querySelector(".comment--marked") ? location.reload() : this.#takeMine()))
    this.#takeMine()
  }

  // One answer holds all that is this reader's own on the page; <site-me> asks for it.
  async #takeMine() {
    await customElements.whenDefined("site-me")
    const fragment = await document.querySelector("site-me")?.mine
    const mine = JSON.parse(fragment?.getElementById("mine")?.textContent ?? "null")
    this.#forget()
    this.#sign(mine?.writes_as)
    this.#votes = mine?.votes ?? {}
    if (!mine) return
    this.#pressAll()
    this.#markNew(new Set(mine.wrote))
    for (const id of mine.wrote ?? []) this.#offer(id, mine.editable.includes(id) ? mine.acts_of_editable : mine.acts)
    for (const id of mine.folded ?? []) this.#fold(id, mine.folded_says)
    for (const held of (mine.held ?? []).reverse()) this.#insert(held.html, held.parent)
  }

  #pressAll() {
    for (const [id, value] of Object.entries(this.#votes)) this.#press(id, value)
  }

  #press(id, value) {
    const button = this.querySelector(`#c-${id} > article vote-button button[value="${value}"]`)
    button?.setAttribute("aria-pressed", "true")
    button?.setAttribute("value", "0")
  }

  // What its writer may do stands behind the rest of a comment's line.
  #offer(id, acts) {
    const top = this.querySelector(`#c-${id} > article > .comment__top`)
    top?.insertAdjacentHTML("beforeend", acts.replaceAll("ID", id))
    // Nobody votes on what they wrote themselves.
    for (const button of top?.querySelectorAll(".vote button") ?? []) button.disabled = true
  }

  // What somebody says whom they do not wish to read is one line, and there if they do after all.
  #fold(id, says) {
    const article = this.querySelector(`#c-${id} > article`)
    if (!article) return
    const button = document.createElement("button")
    button.type = "button"
    button.className = "comment__folded comment__mine"
    button.textContent = says
    button.addEventListener("click", () => button.remove())
    article.prepend(button)
  }

  // Nothing of who was here before may stay.
  #forget() {
    for (const button of this.querySelectorAll("vote-button [disabled]")) button.disabled = false
    for (const button of this.querySelectorAll("vote-button [aria-pressed]")) {
      button.removeAttribute("aria-pressed")
      button.setAttribute("value", button.matches(":first-child") ? "1" : "-1")
    }
    for (const held of this.querySelectorAll(".comment:not(.comment--marked) .comment__held")) held.closest("li").remove()
    for (const own of this.querySelectorAll(".comment__new, .comment__mine, .comment .comment__claim")) own.remove()
  }

  // A page opened again within half an hour is still the same visit: another order, say, of the same comments.
  #markNew(wrote) {
    const visits = remembered()
    const last = visits[this.dataset.page]
    const items = [...this.querySelectorAll("li[id]:has(> article .comment__time)")]
    const said = (item) => item.querySelector(":scope > article .comment__time time")?.dateTime ?? ""
    const minute = items.map(said).sort().at(-1) ?? ""
    const seen = { minute, ids: items.filter((item) => said(item) === minute).map((item) => item.id) }
    const before = last && Date.now() - last.at < VISIT_MS ? last.before : last?.seen
    for (const item of before ? items : []) {
      // Times are told to the minute, so of the last one it is known which comments were there.
      const isNew = said(item) > before.minute || (said(item) === before.minute && !before.ids.includes(item.id))
      if (isNew && !wrote.has(item.id.slice(2))) this.#mark(item)
    }
    const all = Object.entries({ ...visits, [this.dataset.page]: { at: Date.now(), before, seen } })
    remember(Object.fromEntries(all.sort(([, one], [, other]) => other.at - one.at).slice(0, THREADS)))
  }

  #mark(item) {
    const mark = document.createElement("span")
    mark.className = "comment__mark comment__new"
    mark.textContent = this.dataset.new
    item.querySelector(":scope > article .comment__time")?.before(mark, " ")
  }

  // The page kept for everyone asks for a name; an account has one. The sentence is sent with what is written: should
  // it no longer be true then, nothing is posted.
  #sign(sentence) {
    for (const form of this.querySelectorAll("article.comment comment-form")) this.#signReply(form, sentence ?? "")
    const form = this.querySelector("#discussion > comment-form")
    const field = form?.querySelector('[name="name"]')?.closest(".field")
    const signed = form?.querySelector(".compose__as")
    if (!sentence) {
      if (this.#field) signed?.replaceWith(this.#field)
      else if (signed) unsign(signed)
      return
    }
    this.#field ??= field
    const note = document.createElement("p")
    note.className = "field__help compose__as"
    const input = document.createElement("input")
    Object.assign(input, { type: "hidden", name: "writes_as", value: sentence })
    note.append(sentence, input)
    ;(field ?? signed)?.replaceWith(note)
  }

  // An open reply tells a name as well: it is fetched anew, with what is typed.
  async #signReply(form, sentence) {
    const signed = form.querySelector(".compose__as")
    // One that changes a comment tells no name.
    if (!form.querySelector("[name=writes_as]")) return
    if ((signed?.textContent.trim() ?? "") === sentence) return
    if (signed) unsign(signed)
    const article = form.closest("article.comment")
    const text = form.querySelector("textarea").value
    const response = await fetch(article.querySelector(".comment__reply").href, { headers: { "X-Fragment": "1" } }).catch(() => null)
    if (!response?.ok || !form.isConnected) return
    form.remove()
    const fresh = await this.#open(article, response)
    fresh.querySelector("textarea").value = text
  }

  async #reply(event) {
    const link = event.target.closest(".comment__reply")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const article = link.closest("article.comment")
    const open = article.querySelector("comment-form")
    if (open) return open.querySelector("textarea").focus()
    const response = await fetch(link.href, { headers: { "X-Fragment": "1" } }).catch(() => null)
    this.say({ target: link, detail: response })
    if (!response?.ok) return
    const form = await this.#open(article, response)
    form.querySelector("textarea").focus()
  }

  async #open(article, response) {
    const form = document.createElement("comment-form")
    form.innerHTML = await response.text()
    // Two forms on one page: labels must find their own fields.
    for (const field of form.querySelectorAll("[id]")) field.id += `-${article.parentElement.id}`
    for (const label of form.querySelectorAll("[for]")) label.htmlFor += `-${article.parentElement.id}`
    article.append(form)
    return form
  }

  #close(target) {
    const article = target.closest("article.comment")
    const form = target.closest("comment-form")
    const text = form?.querySelector("textarea")
    // Nothing that was typed goes with a key; a comment's own words were not typed here.
    const isOwnWords = form?.querySelector("[name=wording]") && !form.querySelector(".preview, .field__error")
    if (!article || !form || text.value !== (isOwnWords ? text.defaultValue : "")) return
    form.remove()
    article.querySelector(".comment__reply").focus()
  }

  #show(event) {
    const form = event.target
    const parent = form.closest("article.comment")?.parentElement.id.slice(2)
    form.parentElement.querySelector(":scope > .field__error")?.remove()
    const item = this.#insert(event.detail, parent, true)
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
    for (const error of fresh.querySelectorAll(".field__error")) error.remove()
    for (const field of fresh.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid")
      field.removeAttribute("aria-describedby")
    }
    fresh.querySelector('[name="once"]')?.setAttribute("value", crypto.randomUUID?.() ?? "")
    holder.querySelector(".preview")?.remove()
    return fresh
  }

  // Puts a comment where it belongs; a page that does not show that place leaves it out.
  #insert(html, parent, isAnswer) {
    const fragment = document.createElement("template")
    fragment.innerHTML = html
    const item = fragment.content.querySelector("li")
    // What a guest can do to keep it.
    item.querySelector("article").append(fragment.content.querySelector(".comment__claim") ?? "")
    const there = document.getElementById(item.id)
    if (there) {
      const before = there.querySelector(":scope > article")
      const now = item.querySelector("article")
      // What was just changed, or a place kept for its answers.
      if (isAnswer) before.replaceWith(now)
      else before.querySelector(".comment__gone")?.append(" ", now.querySelector(".comment__mine") ?? "")
      return there
    }
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

  // A refusal is a page with one sentence that matters. <passage-note> has it said beside the story's words, too.
  async say(event) {
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
    this.querySelector(".hidden-but-read[role=status]").textContent = text
  }
})

// Takes a name out of a form; should there be one after all, nothing is posted.
function unsign(signed) {
  const input = document.createElement("input")
  Object.assign(input, { type: "hidden", name: "writes_as", value: "" })
  signed.replaceChildren(input)
}

function remembered() {
  try {
    const visits = JSON.parse(localStorage.getItem(VISITS)) ?? {}
    return Object.fromEntries(Object.entries(visits).filter(([, visit]) => visit?.at && Array.isArray(visit.seen?.ids)))
  } catch {
    // A browser that lets nothing be stored, or something that is not ours.
    return {}
  }
}

function remember(visits) {
  try {
    localStorage.setItem(VISITS, JSON.stringify(visits))
  } catch {
    // The same: then every visit is the first.
  }
}
