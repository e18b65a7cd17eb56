import { basename, extname } from 'node:path'
import { dialog, type BrowserWindow } from 'electron'

/** Asks where a file is to be saved, and whether one that is there is to be replaced. Undefined when it is cancelled. */
export async function chooseFile(
  window: BrowserWindow | undefined,
  name: string,
): Promise<string | undefined> {
  const extension = extname(name).slice(1)
  const options: Electron.SaveDialogOptions = {
    title: 'Where the file goes',
    // A name alone: the folder is the person's own choice.
    defaultPath: basename(name),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
    ...(extension !== '' && {
      filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
    }),
  }
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled || filePath === '' ? undefined : filePath
}
