/*
 * The stylesheet and the browser programs: made once per process, named by their content, kept for ever by browsers.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import { ThroughlineError } from '../base/error.ts'
import { elementStyles } from '../elements/kinds.ts'
import { themeStyles } from '../html/theme.ts'
import { ASSET_PATH } from '../protocol/paths.ts'

/** One file for browsers. */
export interface Asset {
  /** Its URL path; a hash of the content stands in it. */
  readonly path: string
  readonly type: string
  readonly bytes: Buffer
  readonly compressed: Buffer
}

const SCRIPT_TYPE = 'text/javascript; charset=utf-8'

/** The files that documents name. */
export interface Assets {
  readonly stylesheet: Asset
  readonly program: Asset
  /** Saves into folders; loaded by pages that have a button for it; absent: none can. */
  readonly folderProgram?: Asset
}

/**
 * Loads all of them.
 *
 * @throws `server.not-built` when the browser program has not been built.
 */
export function loadAssets(): Assets {
  return {
    stylesheet: createAsset(
      'style.css',
      'text/css; charset=utf-8',
      Buffer.from(themeStyles + elementStyles),
    ),
    program: createAsset('program.js', SCRIPT_TYPE, readProgram('browser.js')),
    folderProgram: createAsset('folder.js', SCRIPT_TYPE, readProgram('browser-folder.js')),
  }
}

function readProgram(name: string): Buffer {
  // From source (src/server/) and from the published build (dist/server/) the programs lie in dist/.
  const file = new URL(`../../dist/${name}`, import.meta.url)
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ThroughlineError(
      'server.not-built',
      'The program for the browser has not been built. Run `npm run build:browser`, then start again.',
      { attribution: 'operator', cause },
    )
  }
}

function createAsset(name: string, type: string, bytes: Buffer): Asset {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 12)
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
  return {
    path: `${ASSET_PATH}${hash}-${name}`,
    type,
    bytes,
    compressed: brotliCompressSync(bytes, quality),
  }
}

/** Answers a request for one of the files. */
export function assetResponse(
  assets: Assets,
  path: string,
  request: Request,
): Response | undefined {
  const asset = Object.values(assets).find((one?: Asset) => one?.path === path) as Asset | undefined
  if (asset === undefined) return undefined
  const takesBrotli = /\bbr\b/.test(request.headers.get('accept-encoding') ?? '')
  const body = takesBrotli ? asset.compressed : asset.bytes
  const headers = new Headers({
    'content-type': asset.type,
    'content-length': String(body.length),
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    vary: 'accept-encoding',
  })
  if (takesBrotli) headers.set('content-encoding', 'br')
  return new Response(new Uint8Array(body), { headers })
}
