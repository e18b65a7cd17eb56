import { useLayoutEffect, useRef, type ReactNode } from 'react'

/**
 * A modal dialog by the platform: focus is kept inside and given back; Escape or a click beside it closes. It stands
 * below the band, so that no clock is ever covered.
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
    // The lower edge of the band, which is not always at the same place: other runs may stand above it.
    const band = document.querySelector('[data-region="band"]')?.getBoundingClientRect().bottom
    if (band !== undefined) dialog?.style.setProperty('--band', `${Math.ceil(band)}px`)
    if (dialog && !dialog.open) dialog.showModal()
    return () => dialog?.close()
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
