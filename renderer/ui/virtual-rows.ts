import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'

/** What is needed to draw only those rows of a long list that are near what is seen. */
export interface VirtualRows {
  readonly count: number
  /** The element that scrolls; null as long as it is not there. */
  readonly getScrollElement: () => HTMLElement | null
  /** Of a row that was not drawn yet, in pixels. */
  readonly estimateSize: (index: number) => number
  /** What makes a row the same when others come before it. Absent: its place. */
  readonly getItemKey?: (index: number) => string | number
  /** Rows drawn beyond what is seen, on each side. */
  readonly overscan: number
  /** What stands above the rows in the same scroller, and what stands over them, in pixels. */
  readonly scrollMargin?: number
  readonly scrollPaddingStart?: number
}

/** The rows that are to be drawn now. Whoever uses it is drawn again when others are. */
export function useVirtualRows(options: VirtualRows): Virtualizer<HTMLElement, Element> {
  // Its functions change with the scrolling and must not be memoized; no React compiler is used here.
  // oxlint-disable-next-line react/incompatible-library
  return useVirtualizer<HTMLElement, Element>({ ...options })
}
