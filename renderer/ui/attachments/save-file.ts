/** Hands a file to the browser's downloads, as bytes of no kind: nothing opens it by itself. */
export function saveFile(name: string, bytes: Blob): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
