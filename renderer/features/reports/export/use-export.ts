import { useEffect, useRef, useState } from 'react'
import type { RequestParams, RequestResult } from '../../../../main/contract/requests.ts'
import { client, RequestError } from '../../../api/index.ts'
import { wordsOf } from '../../../ui/words.ts'

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly done: number; readonly unit: string }
  | { readonly kind: 'written'; readonly file: RequestResult<'exports.write'> }
  /** The file is there already: it is replaced only when told to. */
  | { readonly kind: 'exists'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string }

export type ExportOrder = Omit<RequestParams<'exports.write'>, 'ticket'>

export interface Exporting {
  readonly state: ExportState
  readonly write: (order: ExportOrder) => void
  readonly cancel: () => void
}

/** Writes a file about a run, tells how far it is, and takes it back when asked to. */
export function useExport(): Exporting {
  const [state, setState] = useState<ExportState>({ kind: 'idle' })
  const ticket = useRef<string>(undefined)
  useEffect(
    () =>
      client.on('export.progress', (progress) => {
        if (progress.ticket !== ticket.current) return
        setState((before) =>
          before.kind === 'working'
            ? { kind: 'working', done: progress.done, unit: progress.unit }
            : before,
        )
      }),
    [],
  )

  async function write(order: ExportOrder): Promise<void> {
    const mine = crypto.randomUUID()
    ticket.current = mine
    setState({ kind: 'working', done: 0, unit: 'bytes' })
    try {
      setState({
        kind: 'written',
        file: await client.request('exports.write', { ...order, ticket: mine }),
      })
    } catch (error) {
      const message = wordsOf(error)
      const code = error instanceof RequestError ? error.code : ''
      setState(
        code === 'cancelled'
          ? { kind: 'cancelled' }
          : { kind: code === 'file-exists' ? 'exists' : 'failed', message },
      )
    } finally {
      ticket.current = undefined
    }
  }

  return {
    state,
    write: (order) => void write(order),
    cancel: () => {
      if (ticket.current === undefined) return
      client.request('exports.cancel', { ticket: ticket.current }).catch(() => undefined)
    },
  }
}
