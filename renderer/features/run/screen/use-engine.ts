import { useEffect, useState } from 'react'
import { client } from '../../../api/index.ts'

/** Why the engine writes nothing, when that is so (another Muster has the data folder). */
export function useEngineReadOnly(): string | undefined {
  const [reason, setReason] = useState<string | undefined>()
  useEffect(() => {
    let current = true
    const stop = client.onState(({ connected }) => {
      if (!connected) return
      client.request('session.info', {}).then(
        (info) => {
          if (current) setReason(info.readOnly)
        },
        () => undefined,
      )
    })
    return () => {
      current = false
      stop()
    }
  }, [])
  return reason
}
