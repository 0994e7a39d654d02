// Shows who is signed in, with the way to the desk. Without JavaScript the link inside leads to the account.
// What is this reader's own on the page comes in one answer; <thread-me> takes its part of it from here.
// The cookie "here" says that there may be any: "1" for a session, "g" for a guest, who has only votes and comments;
// without it a reader's page asks nothing.
customElements.define("site-me", class extends HTMLElement {
  #here = undefined
  #turn = 0
  #latest = null
  #said = ""
  #link = null

  connectedCallback() {
    if (this.mine) return
    this.#link = [...this.childNodes]
    this.mine = this.#ask()
    // Meanwhile somebody may have signed in or out: in another tab, or before they came back to this page.
    addEventListener("pageshow", (event) => event.persisted && this.#look())
    document.addEventListener("visibilitychange", () => document.hidden || this.#look())
  }

  async #look() {
    const before = this.#said
    if (hereNow() === this.#here && this.#here !== "1") return
    const mine = this.#ask()
    await mine
    if (this.#said === before) return
    this.mine = mine
    this.dispatchEvent(new CustomEvent("another", { bubbles: true }))
  }

  #ask() {
    this.#latest = this.#askNow(++this.#turn)
    return this.#latest
  }

  async #askNow(turn) {
    const here = hereNow()
    this.#here = here
    // Who has signed out takes along what their browser knows of their visits.
    if (!here) forgetVisits()
    const fragment = await this.#answer(here)
    // Answers may overtake each other, and who was here when it was asked may have gone: the last one asked for counts.
    if (turn !== this.#turn) return this.#latest
    if (hereNow() !== here) return this.#ask()
    // As long as nobody answers, all stays as it is.
    if (fragment === undefined) {
      this.#here = null
      return null
    }
    const said = saidIn(fragment)
    if (said !== this.#said) {
      const me = fragment?.querySelector(".me")
      this.replaceChildren(...(me ? [me] : this.#link))
      this.#said = said
    }
    return fragment
  }

  // Null is nobody, undefined nobody knows.
  async #answer(here) {
    if (!here || (here === "g" && !document.querySelector("thread-me"))) return null
    const page = this.getAttribute("page")
    const response = await fetch(`/-/me${page ? `?page=${encodeURIComponent(page)}` : ""}`).catch(() => undefined)
    if (response?.status === 204) return null
    if (!response?.ok) return undefined
    const parsed = (text) => new DOMParser().parseFromString(text, "text/html")
    return response.text().then(parsed, () => undefined)
  }
})

function hereNow() {
  return document.cookie.match(/(?:^|; )(?:__Host-)?here=([1g])(?:;|$)/)?.[1]
}

// All that is told, but for the token of a form, which is another each time.
function saidIn(fragment) {
  const copy = fragment?.body.cloneNode(true)
  copy?.querySelector("[name=csrfmiddlewaretoken]")?.remove()
  return copy?.innerHTML ?? ""
}

function forgetVisits() {
  try {
    localStorage.removeItem("visits")
  } catch {
    // A browser that lets nothing be stored.
  }
}
