import { useEffect, useEffectEvent, useState } from 'react'
import type { RequestName, RequestParams, RequestResult } from '../../main/contract/requests.ts'
import { client } from '../api/index.ts'

export type Loaded<T> =
  | { readonly status: 'loading'; readonly value: T | undefined }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly value: T | undefined; readonly problem: string }

/**
 * The answer to a request, asked again when the parameters or `version` change. While it is asked again the last answer
 * stays. `params` undefined: nothing is asked.
 */
export function useRequest<N extends RequestName>(
  name: N,
  params: RequestParams<N> | undefined,
  version?: unknown,
): Loaded<RequestResult<N>> {
  const [loaded, setLoaded] = useState<Loaded<RequestResult<N>>>({
    status: 'loading',
    value: undefined,
  })
  const ask = useEffectEvent((_key: string): (() => void) | undefined => {
    if (params === undefined) return undefined
    let current = true
    client.request(name, params).then(
      (value) => current && setLoaded({ status: 'ready', value }),
      (error: unknown) =>
        current &&
        setLoaded((before) => ({
          status: 'failed',
          value: before.value,
          problem: error instanceof Error ? error.message : String(error),
        })),
    )
    return () => {
      current = false
    }
  })
  // Parameters are plain data: the same text is the same question.
  const key = JSON.stringify([name, params, version])
  useEffect(() => ask(key), [key])
  return loaded
}
