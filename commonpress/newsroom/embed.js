// Shows a discussion or the meter of a paper on another site, in a frame of its own, where this script stands:
// <script src="https://paper.example/embed.js" data-thread="/2026/the-slug/" async></script>, or data-meter instead;
// data-meter="the-slug" shows another drive than the current one.
// Frame and page tell each other one number, how tall the frame is and how tall it should be, and nothing else.
(() => {
  const script = document.currentScript
  const { thread, meter, title } = script.dataset
  const paper = new URL(script.src)
  const drive = meter ? encodeURIComponent(meter) + "/" : ""
  const path = thread === undefined ? "/ledger/" + drive : new URL(thread, paper).pathname
  const may = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"

  // Stays where the paper does not let itself be framed, or cannot be reached.
  const link = document.createElement("a")
  link.href = paper.origin + path
  link.textContent = title || paper.host + path

  const frame = document.createElement("iframe")
  frame.title = title || paper.host
  frame.loading = "lazy"
  frame.referrerPolicy = "no-referrer"
  frame.sandbox = may
  frame.width = "100%"
  frame.height = 200
  frame.style.border = 0
  // A frame that is not let in is a grey box; one that is says how tall it is.
  frame.style.visibility = "hidden"
  frame.src = paper.origin + (thread === undefined ? "/embed/meter/" + drive : "/embed/thread" + path)

  frame.addEventListener("load", () => frame.contentWindow.postMessage(Number(frame.height), paper.origin))
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== paper.origin) return
    if (!Number.isInteger(data) || data < 1 || data > 200000) return
    frame.height = data
    frame.style.visibility = ""
    link.remove()
  })
  script.after(link, frame)
})()
