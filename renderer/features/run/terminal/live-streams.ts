import type { PushData } from '../../../../main/contract/pushes.ts'
import type { Client } from '../../../api/client.ts'
import { base64FromBytes, bytesFromBase64 } from '../../../api/base64.ts'
import { isCopy, isInterrupt, leavesTerminal } from './terminal-keys.ts'
import { createScreen } from '../../../ui/terminal/screen.ts'
import { progressKey, type TerminalStore } from './terminal-store.ts'

/** How often the count of bytes not shown is brought up to date while it grows, in milliseconds. */
const SKIPPED_EVERY = 250

export interface LiveStreamOptions {
  readonly client: Client
  readonly run: string
  readonly terminals: TerminalStore
  /** The tab's name for a stream. */
  readonly title: (opened: PushData<'stream.opened'>) => string
  /** Whether the stream of one of several hosts comes to the front by itself. */
  readonly shows: (opened: PushData<'stream.opened'>) => boolean
}

/**
 * Gives every live stream of a run a terminal of its own. Bytes are acknowledged when the terminal has parsed them,
 * so that a slow window is sent less, while everything is recorded elsewhere. Returns the way to stop.
 */
export function followStreams(options: LiveStreamOptions): () => void {
  const { client, terminals, run } = options
  const skipped = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const mine = new Set<string>()
  const transfers = new Map<string, string>()

  const showSkipped = (): void => {
    timer = undefined
    const { tabs, change } = terminals.getState()
    for (const [id, bytes] of skipped) {
      const before = tabs.find((tab) => tab.id === id)?.skipped
      if (before !== undefined) change(id, { skipped: before + bytes })
    }
    skipped.clear()
  }
  const addSkipped = (id: string, bytes: number): void => {
    if (bytes <= 0) return
    skipped.set(id, (skipped.get(id) ?? 0) + bytes)
    timer ??= setTimeout(showSkipped, SKIPPED_EVERY)
  }

  const open = (data: PushData<'stream.opened'>): void => {
    if (data.run !== run) return
    mine.add(data.stream)
    transfers.set(data.stream, progressKey(data))
    const state = terminals.getState()
    const known = state.tabs.find((tab) => tab.id === data.stream)
    if (known !== undefined) {
      // The connection was lost and found again: the engine sends what it keeps from the start.
      known.screen.terminal.reset()
      state.change(data.stream, { closed: false, skipped: 0 })
      return
    }
    const screen = createScreen({
      appearance: state.appearance,
      interactive: true,
      pipe: !data.interactive,
      label: `Terminal: ${options.title(data)}`,
    })
    const send = (bytes: Uint8Array): void => {
      client
        .request('terminal.input', { stream: data.stream, base64: base64FromBytes(bytes) })
        .catch(() => undefined)
    }
    if (data.interactive) {
      screen.terminal.onData((keys) => send(new TextEncoder().encode(keys)))
      screen.terminal.onBinary((keys) => send(Uint8Array.from(keys, (key) => key.charCodeAt(0))))
    } else screen.terminal.options.cursorInactiveStyle = 'none'
    screen.terminal.attachCustomKeyEventHandler((event) => {
      if (isCopy(event) && screen.terminal.hasSelection()) {
        if (event.type === 'keydown') {
          event.preventDefault()
          navigator.clipboard.writeText(screen.terminal.getSelection()).catch(() => undefined)
        }
        return false
      }
      if (leavesTerminal(event)) return false
      if (!data.interactive) {
        // Nothing can be typed here; Tab moves on, and Ctrl-C still reaches the command.
        if (event.type === 'keydown' && isInterrupt(event) && data.block !== undefined) {
          event.preventDefault()
          terminals.getState().interrupt(data.block, data.host)
        }
        return false
      }
      return true
    })
    state.add(
      {
        id: data.stream,
        kind: data.kind,
        title: options.title(data),
        target: data.target,
        ...(data.block === undefined ? {} : { block: data.block }),
        ...(data.attempt === undefined ? {} : { attempt: data.attempt }),
        ...(data.host === undefined ? {} : { host: data.host }),
        interactive: data.interactive,
        closed: false,
        skipped: 0,
        remaining: 0,
        screen,
      },
      data.host === undefined || options.shows(data),
    )
  }

  const stops = [
    client.on('stream.opened', open),
    client.on('stream.data', (data) => {
      if (!mine.has(data.stream)) return
      addSkipped(data.stream, data.skipped)
      const tab = terminals.getState().tabs.find((one) => one.id === data.stream)
      const bytes = bytesFromBase64(data.base64)
      if (bytes.length === 0) return
      const acknowledge = (): void => {
        client
          .request('stream.acknowledge', { stream: data.stream, bytes: bytes.length })
          .catch(() => undefined)
      }
      if (tab === undefined) acknowledge()
      else tab.screen.write(bytes, acknowledge)
    }),
    client.on('stream.progress', ({ stream, ...progress }) => {
      const of = transfers.get(stream)
      const { progress: before } = terminals.getState()
      if (of !== undefined) terminals.setState({ progress: { ...before, [of]: progress } })
    }),
    client.on('stream.closed', (data) => {
      if (!mine.has(data.stream)) return
      addSkipped(data.stream, data.skipped)
      terminals.getState().change(data.stream, { closed: true })
    }),
  ]
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}
