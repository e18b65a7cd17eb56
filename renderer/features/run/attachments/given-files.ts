/** Files that a person drops or pastes. */

/** What was dropped, without folders: a browser gives those as files that cannot be read. */
export function filesOf(given: DataTransfer): readonly File[] {
  const items = [...given.items]
  if (items.length === 0) return [...given.files]
  return items.flatMap((item) => {
    if (item.kind !== 'file' || item.webkitGetAsEntry()?.isDirectory === true) return []
    return item.getAsFile() ?? []
  })
}

/**
 * What is on the clipboard as files. Text beside them is what the person means to paste: a spreadsheet puts a picture of
 * its cells there as well.
 */
export function pastedFiles(given: DataTransfer, now: Date): readonly File[] {
  if (given.types.includes('text/plain')) return []
  return [...given.files].map((file) =>
    // What every browser calls a screenshot says nothing.
    /^image\.\w+$/u.test(file.name)
      ? new File([file], screenshotName(file.name, now), { type: file.type })
      : file,
  )
}

/** `screenshot 2026-11-22 03.12.09.png`, local time. */
export function screenshotName(name: string, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')
  return `screenshot ${day} ${time}${name.slice(name.lastIndexOf('.'))}`
}
