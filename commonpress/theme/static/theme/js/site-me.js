// Shows who is signed in, with the way to the desk. Without JavaScript the link inside leads to the account.
// What is this reader's own on the page comes in one answer; <thread-me> takes its part of it from here.
// The cookie "here" says that there may be any: "1" for a session, "g" for a guest, who has only votes and comments;
// without it a reader's page asks nothing.
customElements.define("site-me", class extends HTMLElement {
  #here = undefined
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

  async #ask() {
    const here = hereNow()
    // Who has signed out takes along what their browser knows of their visits.
    if (!here) forgetVisits()
    const response = await this.#answer(here)
    // As long as nobody answers, all stays as it is.
    if (response === undefined) return null
    const fragment = response && new DOMParser().parseFromString(await response.text(), "text/html")
    const said = saidIn(fragment)
    this.#here = here
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
    return response?.status === 204 ? null : response?.ok ? response : undefined
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
