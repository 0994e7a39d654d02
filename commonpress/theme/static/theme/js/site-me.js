// Shows who is signed in, with the way to the desk. Without JavaScript the link inside leads to the account.
// The cookie "here" says that there is a session; without it a reader's page asks nothing.
customElements.define("site-me", class extends HTMLElement {
  async connectedCallback() {
    if (!/(?:^|; )(?:__Host-)?here=1(?:;|$)/.test(document.cookie)) return
    const page = this.getAttribute("page")
    const response = await fetch(`/-/me${page ? `?page=${encodeURIComponent(page)}` : ""}`)
    if (response.status !== 200) return
    const fragment = new DOMParser().parseFromString(await response.text(), "text/html")
    this.replaceChildren(...fragment.body.childNodes)
  }
})
