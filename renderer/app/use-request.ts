import { useEffect, useEffectEvent, useState } from 'react'
import type { RequestName, RequestParams, RequestResult } from '../../main/contract/requests.ts'
import { client, RequestError } from '../api/index.ts'
import { wordsOf } from '../ui/words.ts'
import { useApp } from './app-store.ts'

export type Loaded<T> =
  | { readonly status: 'loading'; readonly value: T | undefined }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly value: T | undefined; readonly problem: string }

/**
 * The answer to a request, asked again when the parameters or `version` change. While it is asked again the last answer
 * stays. `params` undefined: nothing is asked. A lost connection is no answer: the frame says it, and when it is back the
 * question is asked again.
 */
export function useRequest<N extends RequestName>(
  name: N,
  params: RequestParams<N> | undefined,
  version?: unknown,
): Loaded<RequestResult<N>> {
  const connected = useApp((state) => state.connected)
  const [loaded, setLoaded] = useState<Loaded<RequestResult<N>>>({
    status: 'loading',
    value: undefined,
  })
  const ask = useEffectEvent((_key: string): (() => void) | undefined => {
    if (params === undefined || !connected) return undefined
    let current = true
    client.request(name, params).then(
      (value) => current && setLoaded({ status: 'ready', value }),
      (error: unknown) => {
        if (!current || (error instanceof RequestError && error.code === 'disconnected')) return
        setLoaded((before) => ({
          status: 'failed',
          value: before.value,
          problem: wordsOf(error),
        }))
      },
    )
    return () => {
      current = false
    }
  })
  // Parameters are plain data: the same text is the same question.
  const key = JSON.stringify([name, params, version, connected])
  useEffect(() => ask(key), [key])
  return loaded
}
