import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Command } from '../../../../main/core/run/commands.ts'

/** What the window itself remembers of a run screen. Nothing in it is evidence; losing it loses nothing. */

/** A panel that asks for something. One at a time, inline, below the band: it never covers a clock. */
export type Panel =
  /** The command was refused without a reason, or always needs one. */
  | {
      readonly kind: 'reason'
      readonly title: string
      readonly says?: string
      readonly command: Command
      readonly at: Place
      readonly action: string
      readonly placeholder?: string
    }
  | { readonly kind: 'edit'; readonly block: string }
  /** `host`: of a block on several, only this one. */
  | { readonly kind: 'stop'; readonly block: string; readonly host?: string }
  | { readonly kind: 'approve'; readonly block: string }
  | { readonly kind: 'resolve'; readonly block: string; readonly host?: string }
  | { readonly kind: 'target'; readonly block: string }
  | { readonly kind: 'more'; readonly step: string }
  | { readonly kind: 'roll-back-result'; readonly step: string }
  | { readonly kind: 'severity' }
  | { readonly kind: 'roles' }
  | { readonly kind: 'person' }
  | { readonly kind: 'end' }
  | { readonly kind: 'rollback' }
  /** An inject of an exercise that is about to be given. */
  | { readonly kind: 'inject' }
  /** The words of the record's head, for somebody to take down. */
  | { readonly kind: 'words' }
  /** Files that are about to be attached; none: they are chosen in the panel. */
  | { readonly kind: 'attach'; readonly files: readonly File[] }
  | { readonly kind: 'keys' }

/** Where a panel or a refusal is shown: next to what was tried. */
export type Place =
  | { readonly kind: 'run' }
  | { readonly kind: 'step'; readonly id: string }
  | { readonly kind: 'block'; readonly id: string }
  | { readonly kind: 'item'; readonly id: string }

/** Why the engine would not do what was tried. */
export interface Refusal {
  readonly at: Place
  readonly message: string
}

/** A command on its way, and the key of the place it was sent from. */
export interface Sending {
  readonly place: string
  readonly command: Command
}

export interface ScreenState {
  /** The step shown; undefined: whichever the run is at. */
  readonly selected: string | undefined
  readonly panel: Panel | undefined
  readonly refusal: Refusal | undefined
  /** What was sent and is not answered yet. */
  readonly sending: readonly Sending[]
  /** Who acts; undefined until chosen: then the commander. */
  readonly actor: string | undefined
  /** Names typed here before, offered again. */
  readonly people: readonly string[]
  /** Targets chosen for the fences of a guide. */
  readonly targets: Readonly<Record<string, string>>
  /** Edited texts that are not run yet, by block: they wait for approvals. */
  readonly edits: Readonly<Record<string, { readonly text: string; readonly reason: string }>>
  /** The host that is looked at, by block. */
  readonly hosts: Readonly<Record<string, string>>
  readonly timelineOpen: boolean
  readonly timelineFilter: 'all' | 'people' | 'commands' | 'deviations'
  readonly noteOpen: boolean
  readonly wrap: boolean
  /** Share of the middle's height that the terminal takes, 0 (folded) to 0.8. */
  readonly dock: number
  /** The share to go back to when it is unfolded. */
  readonly dockBefore: number
  /** The terminal to put the focus into as soon as its stream is there. */
  readonly focusStream: string | undefined
  /** The last thing to say to a screen reader. */
  readonly announcement: string
  /** The attachment that is looked at, by its event. */
  readonly viewing: number | undefined
}

export interface ScreenActions {
  readonly set: (change: Partial<ScreenState>) => void
  readonly open: (panel: Panel) => void
  readonly close: () => void
  readonly select: (step: string | undefined) => void
  readonly announce: (text: string) => void
}

export type ScreenStore = StoreApi<ScreenState & ScreenActions>

export const DOCK_DEFAULT = 0.32

/** A store for one run screen. `timelineOpen` is set by the width there is when it opens. */
export function createScreenStore(timelineOpen: boolean): ScreenStore {
  return createStore<ScreenState & ScreenActions>((set) => ({
    selected: undefined,
    panel: undefined,
    refusal: undefined,
    sending: [],
    actor: undefined,
    people: [],
    targets: {},
    edits: {},
    hosts: {},
    timelineOpen,
    timelineFilter: 'all',
    noteOpen: false,
    // A command that is not seen whole is not read.
    wrap: true,
    dock: DOCK_DEFAULT,
    dockBefore: DOCK_DEFAULT,
    focusStream: undefined,
    announcement: '',
    viewing: undefined,
    set: (change) => set(change),
    open: (panel) => set({ panel, refusal: undefined }),
    close: () => set({ panel: undefined, refusal: undefined }),
    select: (step) => set({ selected: step, panel: undefined, refusal: undefined }),
    announce: (announcement) => set({ announcement }),
  }))
}

/** A stable text for a place, to compare places by. */
export function placeKey(place: Place): string {
  return place.kind === 'run' ? 'run' : `${place.kind}:${place.id}`
}
