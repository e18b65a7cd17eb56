import { useLayoutEffect, useRef, type ReactNode } from 'react'

/** Tells a dialog where the last clock ends: as many runs stand above each other, and above the band, as go on. */
function placeBelowClocks(dialog: HTMLDialogElement): void {
  const clocks = document.querySelectorAll('[data-region="band"], [data-banners]')
  const below = Math.max(0, ...Array.from(clocks, (one) => one.getBoundingClientRect().bottom))
  dialog.style.setProperty('--band', `${Math.ceil(below)}px`)
}

/**
 * A modal dialog by the platform: focus is kept inside and given back; Escape or a click beside it closes. It stands
 * below the band and the runs that go on, so that no clock is ever covered.
 */
export function Dialog(props: {
  readonly label: string
  readonly className?: string | undefined
  readonly onClose: () => void
  readonly children: ReactNode
}): ReactNode {
  const element = useRef<HTMLDialogElement>(null)
  // Closed while it is still in the page: only then does the platform give the focus back.
  useLayoutEffect(() => {
    const dialog = element.current
    if (dialog) placeBelowClocks(dialog)
    if (dialog && !dialog.open) dialog.showModal()
    // Runs that begin or end while it is open move the band, and it with them.
    const observer = new ResizeObserver(() => dialog && placeBelowClocks(dialog))
    for (const banners of document.querySelectorAll('[data-banners]')) observer.observe(banners)
    return () => {
      observer.disconnect()
      dialog?.close()
    }
  }, [])
  return (
    <dialog
      ref={element}
      className={props.className}
      aria-label={props.label}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        const inside =
          event.clientX >= box.left &&
          event.clientX <= box.right &&
          event.clientY >= box.top &&
          event.clientY <= box.bottom
        // A click made by a key has no place.
        if (!inside && event.detail > 0) props.onClose()
      }}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
    >
      {props.children}
    </dialog>
  )
}
