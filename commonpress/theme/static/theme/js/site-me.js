// Shows who is signed in, with the way to the desk. Without JavaScript the link inside leads to the account.
// What is this reader's own on the page comes in one answer; <thread-me> takes its part of it from here.
// The cookie "here" says that there may be any: "1" for a session, "g" for a guest, who has only votes and comments;
// without it a reader's page asks nothing.
customElements.define("site-me", class extends HTMLElement {
  connectedCallback() {
    this.mine ??= this.#fetchMine().catch(() => null)
  }

  async #fetchMine() {
    const here = document.cookie.match(/(?:^|; )(?:__Host-)?here=([1g])(?:;|$)/)?.[1]
    if (!here || (here === "g" && !document.querySelector("thread-me"))) return null
    const page = this.getAttribute("page")
    const response = await fetch(`/-/me${page ? `?page=${encodeURIComponent(page)}` : ""}`)
    if (response.status !== 200) return null
    const fragment = new DOMParser().parseFromString(await response.text(), "text/html")
    const me = fragment.querySelector(".me")
    if (me) this.replaceChildren(me)
    return fragment
  }
})
