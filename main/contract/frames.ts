import { z } from 'zod'
import { pushes, type PushName } from './pushes.ts'
import { requests, type RequestName } from './requests.ts'

/** The frames that travel over any transport (WebSocket text, message port): JSON values. */

/** The longest frame either side accepts, in UTF-16 units. */
export const MAX_FRAME_LENGTH = 4 * 1024 * 1024

/** `code` is stable; `message` says what happened and what to do. */
export const failureSchema = z.strictObject({ code: z.string(), message: z.string() })
export type Failure = z.infer<typeof failureSchema>

export const requestFrameSchema = z.strictObject({
  id: z.int(),
  method: z.string(),
  params: z.unknown(),
})
export type RequestFrame = z.infer<typeof requestFrameSchema>

export const serverFrameSchema = z.union([
  z.strictObject({ id: z.int(), result: z.unknown() }),
  z.strictObject({ id: z.int(), error: failureSchema }),
  z.strictObject({ push: z.string(), data: z.unknown() }),
])
export type ServerFrame = z.infer<typeof serverFrameSchema>

export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}

export function isPushName(name: string): name is PushName {
  return Object.hasOwn(pushes, name)
}

/** An error whose words are meant for the person at the window. */
export class ContractError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'ContractError'
    this.code = code
  }
}
