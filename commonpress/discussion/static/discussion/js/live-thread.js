// Says what has changed since the page was made: comments that came, scores, the meter. It moves nothing by itself.
// A stream tells it (live/); where there is none the same figures are asked for now and then.
const ASK_MS = 20e3
const ASK_HIDDEN_MS = 120e3
const HIDDEN_MS = 60e3
const TRY_AGAIN_MS = 120e3

customElements.define("live-thread", class extends HTMLElement {
  #announced = new Set()
  #seen = null
  #stream = null
  #timer = 0
  #tabs = "BroadcastChannel" in window ? new BroadcastChannel("live") : null

  connectedCallback() {
    document.addEventListener("visibilitychange", () => this.#look())
    addEventListener("pagehide", () => this.#close())
    addEventListener("pageshow", (event) => event.persisted && this.#look())
    addEventListener("online", () => this.#look())
    // What this reader writes is no news to them; it is there before, or a moment after, its event.
    for (const name of ["posted", "answered"]) addEventListener(name, () => setTimeout(() => this.#say()))
    // A browser allows six connections to a server that speaks HTTP/1.1: only the tab in front keeps its own.
    if (this.#tabs) this.#tabs.onmessage = () => document.hidden && this.#close()
    this.querySelector("a").addEventListener("click", (event) => this.#bring(event))
    this.#look()
  }

  #look() {
    clearTimeout(this.#timer)
    if ("over" in this.dataset) return
    if (document.hidden) {
      if (this.#stream) this.#timer = setTimeout(() => this.#close(), HIDDEN_MS)
      else if (!this.dataset.stream) this.#timer = this.#askIn(ASK_HIDDEN_MS)
      return
    }
    this.#tabs?.postMessage("front")
    if (!this.#stream) this.#open()
  }

  #open() {
    if (!this.dataset.stream) return this.#askAndGoOn()
    // The stream tells a page on its way what it missed, not one that stood there hidden.
    if (this.#seen || performance.now() > 8e3) this.#ask()
    const stream = this.#stream = new EventSource(this.dataset.stream)
    const on = (name, then) => stream.addEventListener(name, (event) => then(JSON.parse(event.data)))
    on("start", (told) => this.#begin(told))
    on("reset", () => this.#ask())
    on("thread", (told) => this.#take(told))
    on("meter", (told) => move(told))
    on("gone", () => this.#end())
    stream.addEventListener("error", () => {
      if (stream.readyState !== EventSource.CLOSED || this.#stream !== stream) return
      // There is no place for this reader, now at least.
      this.#stream = null
      const again = this.dataset.stream
      delete this.dataset.stream
      setTimeout(() => (this.dataset.stream = again), jittered(TRY_AGAIN_MS))
      this.#look()
    })
  }

  #close() {
    clearTimeout(this.#timer)
    this.#stream?.close()
    this.#stream = null
  }

  // The story was withdrawn, or its discussion switched off. The page as it is now says which; not all ask at once.
  async #end() {
    if ("over" in this.dataset) return
    this.dataset.over = ""
    this.#close()
    const response = await later(Math.random() * 3e3, () => got(location.pathname))
    if (response) this.#tell((await refusalIn(response)) ?? this.dataset.closed)
  }

  #askIn(ms) {
    return setTimeout(() => (this.dataset.stream && !document.hidden ? this.#look() : this.#askAndGoOn()), jittered(ms))
  }

  async #askAndGoOn() {
    clearTimeout(this.#timer)
    if (navigator.onLine) await this.#ask()
    clearTimeout(this.#timer)
    if (!("over" in this.dataset)) this.#timer = this.#askIn(document.hidden ? ASK_HIDDEN_MS : ASK_MS)
  }

  async #ask() {
    const [figures, meter] = await Promise.all([this.dataset.figures, "/meter.json"].map((address) => got(address)))
    if ([403, 404, 410].includes(figures?.status)) return this.#end()
    if (meter?.ok) move(await meter.json())
    if (!figures?.ok) return
    const { comments, ...told } = await figures.json()
    const ids = comments.map(([id]) => id)
    // Of a discussion that is shown whole, all that is missing is new; of a longer one, what came after the newest that
    // it had. Is that one gone, after the first that is shown.
    const had = ids.indexOf(this.dataset.newest)
    const shown = had < 0 ? ids.findIndex((id) => comment(id)) : had
    const missing = !this.dataset.newest || shown < 0 ? ids : ids.slice(0, shown)
    const known = this.#seen
    if (!known) this.#announced.clear()
    this.#seen = new Set(ids)
    // When one goes, an older one comes in at the end.
    const reach = known ? ids.findLastIndex((id) => known.has(id)) + 1 || ids.length : 0
    this.#take({
      ...told,
      new: known ? ids.slice(0, reach).filter((id) => !known.has(id)) : missing,
      gone: [...this.#announced].filter((id) => !this.#seen.has(id)),
      scores: Object.fromEntries(comments),
    })
  }

  #begin({ thread, meter }) {
    move(meter)
    this.#tell(thread.is_open ? "" : this.dataset.closed)
    const { newest } = this.dataset
    // What was told from before the page was drawn: a long discussion has it, and does not show it.
    if (newest && newest === thread.newest) {
      this.#announced.clear()
      return this.#say()
    }
    const isMissing = thread.newest && !comment(thread.newest) && !this.#announced.has(thread.newest)
    if (newest || isMissing || Number(this.dataset.count) !== thread.count) this.#ask()
  }

  #take(told) {
    for (const id of told.new ?? []) this.#announced.add(id)
    for (const id of told.gone ?? []) this.#announced.delete(id)
    for (const [id, score] of Object.entries(told.scores ?? {})) {
      const place = comment(id)?.querySelector(":scope > article .vote__score")
      const text = String(score).replace("-", "−")
      if (place && place.textContent !== text) place.textContent = text
    }
    if ("is_open" in told) this.#tell(told.is_open ? "" : this.dataset.closed)
    if (told.count) {
      this.dataset.count = told.count
      for (const place of document.querySelectorAll(".discussion__count")) place.textContent = told.says
    }
    this.#say()
  }

  #say() {
    // While a comment is on its way nobody can tell whether the news is it.
    if (document.querySelector("comment-form button:disabled")) return
    for (const id of this.#announced) if (comment(id)) this.#announced.delete(id)
    const count = this.#announced.size
    const link = this.querySelector("a")
    const text = count === 1 ? this.dataset.one : this.dataset.more.replace("0", count)
    if (count && link.textContent !== text) link.textContent = text
    if (!count) link.textContent = ""
    link.hidden = !count
  }

  // What is not news has a place above them.
  #tell(sentence = "") {
    const place = this.querySelector(".live__said")
    if (place.textContent !== sentence) place.textContent = sentence
    place.hidden = !sentence
  }

  async #bring(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const link = event.currentTarget
    const ids = new Set(this.#announced)
    const { response, found } = await this.#fetchInto(ids).then(
      (first) => (first.found.length ? first : later(1000, () => this.#fetchInto(ids))),
    )
    // Who follows a link then loses the page they have.
    if (!response?.ok) {
      return this.#tell((response && (await refusalIn(response))) ?? this.closest("thread-me").dataset.offline)
    }
    this.#tell()
    // A long discussion does not show all of it at once; the newest stand on the story, and each has a page of its own.
    const elsewhere = ids.size > 1 && link.pathname !== location.pathname ? link.href : `/c/${[...ids].at(-1)}/`
    if (!found.length) return location.assign(elsewhere)
    this.#announced.clear()
    this.#say()
    const [first] = found
    this.dispatchEvent(new CustomEvent("brought", { bubbles: true, detail: found }))
    first.tabIndex = -1
    first.focus({ preventScroll: true })
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    first.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" })
  }

  // Puts the comments where the page as it is now has them, and returns those that are there.
  async #fetchInto(ids) {
    const response = await got(location.pathname)
    if (!response?.ok) return { response, found: [] }
    const html = (await response.text()).replaceAll("<button ", '$&type="button" ')
    const page = new DOMParser().parseFromString(html, "text/html")
    const empty = document.querySelector("#discussion > .discussion__note")
    const list = page.querySelector("#discussion > .discussion__list")
    if (empty && list && !document.querySelector(".comments")) {
      empty.replaceWith(...[page.querySelector(".sorts"), list].filter(Boolean))
    }
    for (const item of page.querySelectorAll("#discussion li[id]")) {
      if (!ids.has(item.id.slice(2)) || document.getElementById(item.id)) continue
      place(item)
    }
    const found = [...document.querySelectorAll("#discussion li[id]")].filter((item) => ids.has(item.id.slice(2)))
    return { response, found }
  }
})

function place(item) {
  const parent = item.parentElement.closest("li")
  const holder = parent ? document.getElementById(parent.id) : document.querySelector("#discussion .discussion__list")
  if (!holder) return
  let list = holder.querySelector(parent ? ":scope > ol" : ".comments")
  if (!list) holder.append((list = item.parentElement.cloneNode()))
  let next = item.nextElementSibling
  while (next && !(next.id && document.getElementById(next.id))) next = next.nextElementSibling
  const before = next && document.getElementById(next.id)
  list.insertBefore(item, before?.parentElement === list ? before : null)
}

function comment(id) {
  return document.getElementById(`c-${id}`)
}

// The band at the top is moved, not drawn again: how wide its parts are, what it says.
function move(told) {
  const meter = document.querySelector(".meter")
  if (!meter || !told) return
  const set = (selector, name, value) => {
    const part = meter.querySelector(selector)
    if (part && part.getAttribute(name) !== value) part.setAttribute(name, value)
  }
  const write = (selector, text) => {
    const words = [...(meter.querySelector(selector)?.childNodes ?? [])].find((node) => node.data?.trim())
    if (words && text && words.data.trim() !== text) words.data = words.data.replace(words.data.trim(), () => text)
  }
  write(".meter__amount, .meter__sum", told.received)
  write(".meter__counts", told.counts)
  write(".meter__month", told.heading)
  set(".meter__scale, .meter__sum", "aria-label", told.text)
  for (const [part, name, value] of told.ruler ?? []) set(`.meter__${part}`, name, value)
}

function got(address) {
  return fetch(address, { cache: "no-cache" }).catch(() => null)
}

// The sentence of a page that stands for another one.
async function refusalIn(response) {
  if (response.ok) return null
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  return page.querySelector(".stand-in__lead")?.textContent
}

function later(ms, then) {
  return new Promise((resolve) => setTimeout(resolve, ms)).then(then)
}

function jittered(ms) {
  return ms * (0.75 + Math.random() / 2)
}
