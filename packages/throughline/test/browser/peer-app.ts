/*
 * A small app with one account, for journeys to servers of other people.
 */
import {
  app,
  button,
  connect,
  heading,
  sessionState,
  text,
  textInput,
  type ConnectRequest,
} from 'throughline'
import type { ProviderRecord } from 'throughline/providers'

/** Kept, since news may have the page run again before anybody has read what a press showed. */
const state = sessionState({ looks: 0, answer: '' })

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
        if (button('Look')) {
          const { status } = await connection.fetch('/me')
          state.looks += 1
          state.answer = `Answer ${status}, look ${state.looks}`
        }
        text(state.answer)
        if (button('Disconnect')) await connection.disconnect()
      },
    },
  })
}
