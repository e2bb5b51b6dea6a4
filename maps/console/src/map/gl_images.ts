// The marks as images for MapLibre, drawn on a canvas at twice their size from the same paths as the drawing.
import type { Mark } from '@kit/map/clusters'
import { type Shape, SHAPES } from '@kit/map/case_points'
import { BED_PATH, CASE_PX, CROSS_PATH, P0_PX, type Palette, SHAPE_PATHS, type Stroke } from '@kit/map/shapes'
import type { StreetLabel } from '@kit/map/street_labels'
import { pillOf, PILL_TEXT_PX } from '@kit/map/pills'
import { LABEL_GAP_PX, LABEL_PX, textWidth } from '@kit/map/text_widths'

const RATIO = 2
const FAMILY = '"Noto Sans SC Variable", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'

export interface DrawnImage {
  data: ImageData
  options: { pixelRatio: number }
}

/** One sheet for all images: a canvas for each would be a thousand canvases in a night. */
let sheet: CanvasRenderingContext2D | null = null

function draw(width: number, height: number, paint: (ctx: CanvasRenderingContext2D) => void): DrawnImage {
  sheet ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (!sheet) throw new Error('this browser has no canvas')
  const w = Math.ceil(width * RATIO)
  const h = Math.ceil(height * RATIO)
  sheet.canvas.width = w
  sheet.canvas.height = h
  sheet.scale(RATIO, RATIO)
  sheet.lineJoin = 'round'
  sheet.lineCap = 'round'
  sheet.textBaseline = 'middle'
  paint(sheet)
  return { data: sheet.getImageData(0, 0, w, h), options: { pixelRatio: RATIO } }
}

function strokes(ctx: CanvasRenderingContext2D, parts: readonly Stroke[], ink: Palette, x: number, y: number, px: number): void {
  const colour = (name: NonNullable<Stroke['fill']>) => (name === 'white' ? '#fff' : ink[name])
  ctx.save()
  ctx.translate(x - px / 2, y - px / 2)
  ctx.scale(px / 16, px / 16)
  for (const part of parts) {
    const path = new Path2D(part.d)
    if (part.fill) {
      ctx.fillStyle = colour(part.fill)
      ctx.fill(path)
    }
    if (part.stroke && part.width) {
      ctx.strokeStyle = colour(part.stroke)
      ctx.lineWidth = part.width
      ctx.stroke(path)
    }
  }
  ctx.restore()
}

function box(ctx: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, r: number): void {
  ctx.beginPath()
  ctx.roundRect(x, y, w, h, r)
}

function caseImage(shape: Shape, ink: Palette): DrawnImage {
  const px = shape === 'p0' ? P0_PX : CASE_PX
  return draw(px + 8, px + 8, (ctx) => strokes(ctx, SHAPE_PATHS[shape], ink, px / 2 + 4, px / 2 + 4, px))
}

function unitImage(freshness: 'fresh' | 'old' | 'silent', ink: Palette): DrawnImage {
  return draw(22, 22, (ctx) => {
    box(ctx, 2, 2, 18, 18, 4)
    ctx.fillStyle = freshness === 'fresh' ? ink['text-2'] : ink.panel
    ctx.fill()
    ctx.strokeStyle = freshness === 'fresh' ? ink.ground : ink['text-2']
    ctx.lineWidth = 1.5
    if (freshness === 'silent') ctx.setLineDash([3, 2.5])
    ctx.lineCap = 'butt'
    ctx.stroke()
  })
}

function bedImage(ink: Palette): DrawnImage {
  return draw(20, 20, (ctx) => {
    box(ctx, 1, 1, 18, 18, 3)
    ctx.fillStyle = ink.panel
    ctx.fill()
    ctx.strokeStyle = ink.control
    ctx.lineWidth = 1
    ctx.stroke()
    strokes(ctx, [{ d: BED_PATH, stroke: 'text-2', width: 1.5 }], ink, 10, 9.7, 13)
  })
}

function tagImage(word: string, ink: Palette): DrawnImage {
  const width = textWidth(word, 11) + 10
  return draw(width + 4, 22, (ctx) => {
    box(ctx, 2, 2, width, 18, 2)
    ctx.strokeStyle = ink.ground
    ctx.lineWidth = 1.5
    ctx.stroke()
    ctx.fillStyle = ink['mark-missed']
    ctx.fill()
    ctx.fillStyle = ink['on-missed']
    ctx.font = `600 11px ${FAMILY}`
    ctx.textAlign = 'center'
    ctx.fillText(word, width / 2 + 2, 11.5)
  })
}

/** Images that depend on nothing but the colours and the language. */
export function fixedImages(ink: Palette, missedWord: string): Map<string, DrawnImage> {
  const images = new Map<string, DrawnImage>()
  for (const shape of SHAPES) images.set(`case/${shape}`, caseImage(shape, ink))
  for (const freshness of ['fresh', 'old', 'silent'] as const) images.set(`unit/${freshness}`, unitImage(freshness, ink))
  images.set('bed', bedImage(ink))
  images.set('place', draw(16, 16, (ctx) => strokes(ctx, [{ d: CROSS_PATH, stroke: 'text-3', width: 1.6 }], ink, 8, 8, 14)))
  images.set('missed', tagImage(missedWord, ink))
  return images
}

export function pillImage(mark: Mark, ink: Palette, missedWord: string): DrawnImage {
  const pill = pillOf(mark, missedWord)
  return draw(pill.width + 4, pill.height + 4, (ctx) => {
    ctx.translate(2, 2)
    box(ctx, 0, 0, pill.width, pill.height, pill.height / 2)
    ctx.fillStyle = ink.panel
    ctx.fill()
    ctx.strokeStyle = pill.chip ? ink['mark-missed'] : ink.control
    ctx.lineWidth = 1.5
    ctx.stroke()
    for (const { shape, x, px } of pill.shapes) strokes(ctx, SHAPE_PATHS[shape], ink, x + px / 2, pill.height / 2, px)
    ctx.fillStyle = ink['text-1']
    ctx.font = `600 ${PILL_TEXT_PX}px ${FAMILY}`
    for (const { text, x } of pill.texts) ctx.fillText(text, x, pill.height / 2 + 0.5)
    if (!pill.chip) return
    box(ctx, pill.chip.x, 4, pill.chip.width, 16, 2)
    ctx.fillStyle = ink['mark-missed']
    ctx.fill()
    ctx.fillStyle = ink['on-missed']
    ctx.font = `600 11px ${FAMILY}`
    ctx.textAlign = 'center'
    ctx.fillText(pill.chip.text, pill.chip.x + pill.chip.width / 2, 12.5)
  })
}

export function labelImage(label: StreetLabel, level: 'none' | 'blue' | 'yellow' | 'orange', ink: Palette): DrawnImage {
  const nameWidth = textWidth(label.name, LABEL_PX)
  const gap = label.name && label.word ? LABEL_GAP_PX : 0
  const width = nameWidth + gap + textWidth(label.word, LABEL_PX) + 8
  return draw(width, LABEL_PX + 8, (ctx) => {
    const y = (LABEL_PX + 8) / 2
    ctx.lineWidth = 3
    ctx.strokeStyle = ink[`tint-${level}`]
    // The whole is set in the middle by its true width, which is never more than the estimate.
    ctx.font = `400 ${LABEL_PX}px ${FAMILY}`
    const first = ctx.measureText(label.name).width
    ctx.font = `600 ${LABEL_PX}px ${FAMILY}`
    const second = ctx.measureText(label.word).width
    let x = (width - first - gap - second) / 2
    for (const [text, weight, colour, w] of [
      [label.name, 400, ink['text-2'], first + gap],
      [label.word, 600, ink[`word-${level}`], second],
    ] as const) {
      ctx.font = `${weight} ${LABEL_PX}px ${FAMILY}`
      ctx.strokeText(text, x, y)
      ctx.fillStyle = colour
      ctx.fillText(text, x, y)
      x += w
    }
  })
}

/** The letters must be there before they are painted on a canvas. */
export async function lettersReady(text: string): Promise<void> {
  try {
    await Promise.all([document.fonts.load(`400 13px ${FAMILY}`, text), document.fonts.load(`600 13px ${FAMILY}`, text)])
  } catch {
    // The fallback family is painted instead.
  }
}
