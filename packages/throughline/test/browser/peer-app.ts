/*
 * A small app with one account, for journeys to servers of other people.
 */
import { app, button, connect, heading, text, textInput, type ConnectRequest } from 'throughline'
import type { ProviderRecord } from 'throughline/providers'

/** Makes the app: one page, which connects where `open` says. */
export function peerApp(provider: ProviderRecord, open: ConnectRequest['open'] & string) {
  return app({
    title: 'Account',
    providers: [provider],
    pages: {
      '/': async () => {
        heading('Account')
        const note = textInput('Note')
        const connection = await connect({ provider, open })
        text(`${connection.account.name}: ${note}`)
        if (button('Look')) text(`Answer ${(await connection.fetch('/me')).status}`)
        if (button('Disconnect')) await connection.disconnect()
      },
    },
  })
}
