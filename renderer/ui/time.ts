/** Times as a person reads them at three in the morning. */

/** `4:05`, `1:04:05`, with a minus before the start. */
export function clockText(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const text =
    hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
  return milliseconds < 0 ? `−${text}` : text
}

const dateTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** Date and time to the minute, in the local zone. */
export function dateTimeText(epoch: number): string {
  return dateTime.format(epoch)
}

/** The same moment in UTC, for a hover or a report. */
export function utcText(epoch: number): string {
  return `${new Date(epoch).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
