import { createStore } from 'zustand/vanilla'

/** An address that a person clicked and has not confirmed yet; the frame shows the question. */
export const outsideStore = createStore<{ readonly address: string | undefined }>(() => ({
  address: undefined,
}))

/** Asks before anything is opened outside the window. */
export function askToOpen(address: string): void {
  outsideStore.setState({ address })
}

/** The answer to the question. */
export function answerToOpen(open: boolean): void {
  const { address } = outsideStore.getState()
  outsideStore.setState({ address: undefined })
  if (open && address !== undefined) window.open(address, '_blank', 'noopener,noreferrer')
}
