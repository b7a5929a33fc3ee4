/*
 * `/simulator`: the page that changes a running simulator, and `/simulator/api`, the same for programs.
 */
import type { Hono } from 'hono'

import { answerControl as answer, createControlApp, readJson } from '../simulator/control-api.ts'
import { readSwitchForm } from '../simulator/switch-form.ts'
import { renderControlPage } from './control-page.ts'
import type { Controls } from './controls.ts'
import type { VimeoWorld } from './world.ts'

/** Creates the routes, to be put below `/simulator`. */
export function createControlRoutes(world: VimeoWorld, controls: Controls): Hono {
  const app = createControlApp()
  addApi(app, world, controls)
  addPage(app, world, controls)
  return app
}

function addApi(app: Hono, world: VimeoWorld, controls: Controls): void {
  app.get('/api/switches', () => answer(world.switches))
  app.patch('/api/switches', async ({ req }) => {
    controls.setSwitches(await readJson(req.raw))
    return answer(world.switches)
  })
  app.delete('/api/switches', () => {
    controls.resetSwitches()
    return answer(world.switches)
  })
  app.get('/api/requests', () => answer(controls.requests))
  app.get('/api/people', () =>
    answer(
      world.people.map(({ uri, name }) => ({ uri, name, tokens: world.grants.countTokens(uri) })),
    ),
  )
  app.post('/api/revocations', async ({ req }) => {
    const { person } = await readJson(req.raw)
    controls.revokeGrant(String(person))
    return answer({ revoked: person })
  })
  app.post('/api/tokens', async ({ req }) => {
    const { person, scope = 'public private video_files' } = await readJson(req.raw)
    const token = controls.createToken(String(person), words(String(scope)))
    return answer({ access_token: token, token_type: 'bearer', scope }, 201)
  })
  app.post('/api/time', async ({ req }) => {
    const { seconds } = await readJson(req.raw)
    controls.passSeconds(seconds as number)
    return answer({ now: world.now().toISOString() })
  })
  app.all('/api/*', () => answer({ error: 'There is nothing here. See docs/simulator.md.' }, 404))
}

function addPage(app: Hono, world: VimeoWorld, controls: Controls): void {
  app.get('/', () => renderControlPage(world, controls))
  app.post('/:action', async ({ req }) => {
    const form = new URLSearchParams(await req.text())
    const action = req.param('action')
    try {
      switch (action) {
        case 'switches':
          controls.setSwitches(readSwitchForm(form, world.switches))
          break
        case 'reset':
          controls.resetSwitches()
          break
        case 'revoke':
          controls.revokeGrant(form.get('person') ?? '')
          break
        case 'time':
          controls.passSeconds(Number(form.get('seconds') || Number.NaN))
          break
        case 'token': {
          const token = controls.createToken(
            form.get('person') ?? '',
            words(form.get('scope') ?? ''),
          )
          return await renderControlPage(world, controls, { token })
        }
        default:
          return answer({ error: 'There is nothing here.' }, 404)
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return renderControlPage(world, controls, { error: error.message })
    }
    return new Response(null, { status: 303, headers: { location: '/simulator' } })
  })
}

function words(scope: string): readonly string[] {
  return scope.split(' ').filter((name) => name !== '')
}
