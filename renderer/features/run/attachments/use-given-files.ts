import { useEffect, useRef, useState } from 'react'
import type { RunView } from '../screen/run-context.ts'
import { filesOf, pastedFiles } from './given-files.ts'
import { openAttach } from './open-attach.ts'

/**
 * Listens to files that are dropped on the window and to pictures that are pasted, while a run is shown. Gives whether
 * files are held over the window now.
 */
export function useGivenFiles(view: RunView): boolean {
  const latest = useRef(view)
  const [over, setOver] = useState(false)
  useEffect(() => {
    latest.current = view
  })
  useEffect(() => {
    /** Entering a part of the page comes before leaving the one around it. */
    let depth = 0
    const end = (): void => {
      depth = 0
      setOver(false)
    }
    const carriesFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes('Files') === true
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth += 1
      setOver(latest.current.takesFiles)
    }
    const leave = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      depth -= 1
      if (depth <= 0) end()
    }
    const hold = (event: DragEvent): void => {
      if (!carriesFiles(event) || event.dataTransfer === null) return
      // Otherwise the browser would open the file in place of the run.
      event.preventDefault()
      event.dataTransfer.dropEffect = latest.current.takesFiles ? 'copy' : 'none'
    }
    const drop = (event: DragEvent): void => {
      end()
      if (!carriesFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      const files = filesOf(event.dataTransfer)
      if (files.length > 0) openAttach(latest.current, files)
    }
    const paste = (event: ClipboardEvent): void => {
      if (event.defaultPrevented || event.clipboardData === null) return
      const files = pastedFiles(event.clipboardData, new Date())
      if (files.length === 0) return
      event.preventDefault()
      openAttach(latest.current, files)
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', hold)
    window.addEventListener('drop', drop)
    window.addEventListener('paste', paste, { capture: true })
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('dragover', hold)
      window.removeEventListener('drop', drop)
      window.removeEventListener('paste', paste, { capture: true })
    }
  }, [])
  return over
}
