import { app, dialog, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'

/** The program's menu. Everything in it can also be reached inside the window; single letters stay the window's. */
export function buildMenu(
  openFile: (path: string) => void,
  window: () => BrowserWindow | undefined,
): void {
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        {
          label: 'Open runbook…',
          accelerator: 'CmdOrCtrl+O',
          click: () => {
            const parent = window()
            const options: Electron.OpenDialogOptions = {
              title: 'Open a runbook',
              properties: ['openFile'],
              filters: [{ name: 'Markdown', extensions: ['md', 'markdown', 'txt'] }],
            }
            const asked = parent
              ? dialog.showOpenDialog(parent, options)
              : dialog.showOpenDialog(options)
            void asked.then(({ filePaths }) => {
              for (const path of filePaths) openFile(path)
            })
          },
        },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged
          ? []
          : [{ role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
