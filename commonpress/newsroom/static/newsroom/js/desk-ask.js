// The author's question about some words, in the editor: marked like a link, asked for in a dialog.
(() => {
  const { React, DraftJS, draftail } = window
  const { EditorState, RichUtils } = DraftJS

  class Source extends React.Component {
    componentDidMount() {
      const { editorState, entityType, onClose } = this.props
      const entity = this.#question
      const { texts } = entityType
      const refusal = entity ? "" : this.#whyNot(editorState, texts)
      if (refusal) {
        window.alert(refusal)
        onClose()
        return
      }
      this.dialog = this.#dialog(texts, entity?.getData() ?? { question: "", isOpen: true }, Boolean(entity))
      document.body.append(this.dialog)
      this.dialog.addEventListener("close", () => this.#closed())
      this.dialog.showModal()
    }

    componentWillUnmount() {
      this.dialog?.remove()
    }

    render() {
      return null
    }

    // What the words have may be a link.
    get #question() {
      const { entity, entityType } = this.props
      return entity?.getType() === entityType.type ? entity : null
    }

    #whyNot(editorState, texts) {
      const selection = editorState.getSelection()
      if (selection.isCollapsed()) return texts.nothing
      // The editor has one thing a letter: a mark would take a link away.
      const [first, last] = [selection.getStartKey(), selection.getEndKey()]
      let [isInside, isTaken] = [false, false]
      editorState.getCurrentContent().getBlockMap().forEach((block, key) => {
        isInside ||= key === first
        const end = key === last ? selection.getEndOffset() : block.getLength()
        for (let at = key === first ? selection.getStartOffset() : 0; isInside && at < end; at++) isTaken ||= Boolean(block.getEntityAt(at))
        if (key === last) isInside = false
      })
      return isTaken ? texts.taken : ""
    }

    #dialog(texts, data, isThere) {
      const dialog = document.createElement("dialog")
      dialog.className = "ask-dialog"
      dialog.setAttribute("aria-labelledby", "ask-heading")
      dialog.innerHTML = `<form method="dialog"><h2 id="ask-heading"></h2><label><span></span>
        <textarea name="question" maxlength="300" required></textarea></label>
        <label><input type="checkbox" name="open"> <span></span></label>
        <footer><button class="button" value="ask"></button><button class="button button-secondary no" value="remove" formnovalidate></button>
        <button class="button button-secondary" value="" formnovalidate></button></footer></form>`
      const [question, open] = dialog.querySelectorAll("span")
      const [ask, remove, cancel] = dialog.querySelectorAll("button")
      dialog.querySelector("h2").textContent = texts.heading
      const said = { question, open, ask, remove, cancel }
      for (const [word, element] of Object.entries(said)) element.textContent = texts[word]
      remove.hidden = !isThere
      dialog.querySelector("textarea").value = data.question
      dialog.querySelector("[name=open]").checked = data.isOpen
      // The editor takes keys for its own.
      dialog.addEventListener("keydown", (event) => event.stopPropagation())
      return dialog
    }

    #closed() {
      const { editorState, entityKey, onComplete, onClose } = this.props
      const entity = this.#question
      const { question, open } = this.dialog.querySelector("form").elements
      const answer = this.dialog.returnValue
      const asked = question.value.trim()
      if (answer === "remove" && entity) {
        onComplete(this.#without(editorState, this.#partsOf(editorState, entityKey)))
      } else if (answer === "ask" && asked) {
        const data = { ...(entity?.getData() ?? { id: crypto.randomUUID() }), question: asked, isOpen: open.checked }
        onComplete(entity ? this.#changed(editorState, this.#partsOf(editorState, entityKey), data) : this.#marked(editorState, data))
      } else {
        onClose()
      }
    }

    #marked(editorState, data) {
      const content = editorState.getCurrentContent().createEntity(this.props.entityType.type, "MUTABLE", data)
      const next = EditorState.push(editorState, content, "apply-entity")
      return RichUtils.toggleLink(next, next.getSelection(), content.getLastCreatedEntityKey())
    }

    // A link put within a mark leaves one on both sides of it.
    #partsOf(editorState, entityKey) {
      const content = editorState.getCurrentContent()
      const idOf = (key) => key && content.getEntity(key).getType() === this.props.entityType.type && content.getEntity(key).getData().id
      const parts = new Set()
      content.getBlockMap().forEach((block) => {
        block.findEntityRanges((letter) => idOf(letter.getEntity()) === idOf(entityKey), (start) => {
          parts.add(block.getEntityAt(start))
        })
      })
      return parts
    }

    #changed(editorState, parts, data) {
      const content = [...parts].reduce((now, key) => now.mergeEntityData(key, data), editorState.getCurrentContent())
      return EditorState.push(editorState, content, "apply-entity")
    }

    #without(editorState, parts) {
      let next = editorState
      editorState.getCurrentContent().getBlockMap().forEach((block) => {
        block.findEntityRanges((letter) => parts.has(letter.getEntity()), (start, end) => {
          const words = DraftJS.SelectionState.createEmpty(block.getKey()).merge({ anchorOffset: start, focusOffset: end })
          next = RichUtils.toggleLink(next, words, null)
        })
      })
      return next
    }
  }

  const Ask = ({ entityKey, contentState, onEdit, children }) => {
    const { question, isOpen } = contentState.getEntity(entityKey).getData()
    const className = isOpen ? "ask" : "ask ask--closed"
    return React.createElement("span", { className, title: question, onDoubleClick: () => onEdit(entityKey) }, children)
  }

  draftail.registerPlugin({ type: "ASK", source: Source, decorator: Ask }, "entityTypes")
})()
