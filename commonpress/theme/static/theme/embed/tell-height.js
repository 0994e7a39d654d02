// Tells the page that frames this one how tall it should be: a number, to who asked with a number, and nothing else.
let asker

const tell = () => {
  if (asker) parent.postMessage(Math.ceil(document.documentElement.getBoundingClientRect().height), asker)
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || origin === "null" || !Number.isInteger(data)) return
  asker = origin
  tell()
})
new ResizeObserver(tell).observe(document.documentElement)
