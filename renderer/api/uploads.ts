import { createStore, type StoreApi } from 'zustand/vanilla'
import { attachFile } from './attach-file.ts'
import type { Client } from './client.ts'

/** A file on its way to a run. It goes on while the person looks at something else. */
export interface UploadState {
  readonly id: number
  readonly run: string
  readonly name: string
  /** Bytes handed over, and all of them. */
  readonly done: number
  readonly total: number
  /** It has arrived, as it was or with secrets taken out of it. */
  readonly kept: 'whole' | 'redacted' | undefined
  /** Why it did not arrive. */
  readonly problem: string | undefined
}

export interface FileGiven {
  readonly file: File
  readonly name: string
  readonly caption: string
}

export interface Uploads {
  readonly uploads: readonly UploadState[]
  readonly give: (
    to: { readonly run: string; readonly actor: string; readonly step: string | undefined },
    files: readonly FileGiven[],
  ) => void
  readonly again: (id: number) => void
  /** Stops it, or takes away what is said of it. */
  readonly dismiss: (id: number) => void
}

export type UploadStore = StoreApi<Uploads>

/** For how long it is said that a file has arrived. */
const KEPT_MS = 10_000

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Hands files over one after the other: a slow line is not shared. */
export function createUploads(request: Client['request']): UploadStore {
  let nextId = 1
  let last: Promise<void> = Promise.resolve()
  const running = new Map<number, { controller: AbortController; start: () => Promise<void> }>()

  const store: UploadStore = createStore<Uploads>((set, get) => {
    const change = (id: number, to: Partial<UploadState>): void =>
      set({ uploads: get().uploads.map((one) => (one.id === id ? { ...one, ...to } : one)) })

    function queue(id: number): void {
      const start = running.get(id)?.start
      if (start !== undefined) last = last.then(start)
    }

    return {
      uploads: [],
      give: ({ run, actor, step }, files) => {
        for (const { file, name, caption } of files) {
          const id = nextId++
          const start = async (): Promise<void> => {
            const controller = running.get(id)?.controller
            if (controller === undefined) return
            try {
              const { redacted } = await attachFile(
                request,
                { run, actor, file, name, step, caption },
                { signal: controller.signal, progress: (done) => change(id, { done }) },
              )
              running.delete(id)
              // The timeline has it from here on; what has to be known of it stays.
              if (!redacted) setTimeout(() => get().dismiss(id), KEPT_MS)
              change(id, { done: file.size, kept: redacted ? 'redacted' : 'whole' })
            } catch (error) {
              if (!controller.signal.aborted) change(id, { problem: wordsOf(error) })
            }
          }
          running.set(id, { controller: new AbortController(), start })
          const upload = { id, run, name, done: 0, total: file.size }
          set({ uploads: [...get().uploads, { ...upload, kept: undefined, problem: undefined }] })
          queue(id)
        }
      },
      again: (id) => {
        change(id, { problem: undefined, done: 0 })
        queue(id)
      },
      dismiss: (id) => {
        running.get(id)?.controller.abort()
        running.delete(id)
        set({ uploads: get().uploads.filter((one) => one.id !== id) })
      },
    }
  })
  return store
}
