import { useState, type DragEvent, type ReactNode } from 'react'
import { client } from '../../api/index.ts'
import { go } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/words.ts'
import { droppedPath } from './dropped-path.ts'
import styles from './library.module.css'

/** Adds a single file from anywhere on this laptop, by its path or by dropping it here. */
export function OpenFile(): ReactNode {
  const [path, setPath] = useState('')
  const [problem, setProblem] = useState<string>()
  const [over, setOver] = useState(false)

  async function add(chosen: string): Promise<void> {
    try {
      const entry = await client.request('library.add', { path: chosen.trim() })
      setPath('')
      setProblem(undefined)
      go({ screen: 'library', path: entry.path })
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    const dropped = droppedPath({
      uris: event.dataTransfer.getData('text/uri-list'),
      text: event.dataTransfer.getData('text/plain'),
      file: file?.name,
      // Only the desktop program knows; browsers keep it to themselves.
      path: file && window.muster?.pathOf(file),
    })
    if (dropped.path !== undefined) setPath(dropped.path)
    setProblem(dropped.problem)
    if (dropped.path !== undefined && dropped.problem === undefined) void add(dropped.path)
  }

  return (
    <form
      className={styles.open}
      data-over={over}
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() !== '') void add(path)
      }}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        aria-label="Path of a Markdown file"
        placeholder="Open a file: its path, or drop it"
        spellCheck={false}
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <Button type="submit" disabled={path.trim() === ''}>
        Open
      </Button>
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    </form>
  )
}
