import { z } from 'zod'

/** A program that gives a secret and has not answered for a while: it may want a touch of a key, or a finger. */
export const programWaitSchema = z.strictObject({
  /** The profile, with its environment. */
  title: z.string(),
  /** What the secret is: `password of deploy@db-1`. */
  label: z.string(),
  /** Its first word. What it was told, and what it prints, is nobody's business. */
  program: z.string(),
})
export type ProgramWait = Readonly<z.infer<typeof programWaitSchema>>

/** One line for a person. */
export function programWaitText({ title, label, program }: ProgramWait): string {
  return `${title}: waiting for ${program}, which gives the ${label}.`
}
