// The notes of attention, made by the browser itself: no file, no loop.
import { type Cause, NOTES } from './attention'

const NOTE_S = 0.16
const GAP_S = 0.06

export class Sound {
  private context: AudioContext | null = null

  /** Browsers let a page sound only after somebody touched it. */
  wake(): void {
    if (typeof AudioContext === 'undefined') return
    this.context ??= new AudioContext()
    if (this.context.state === 'suspended') void this.context.resume()
  }

  get ready(): boolean {
    return this.context?.state === 'running'
  }

  play(cause: Cause): void {
    const context = this.context
    if (!context || context.state !== 'running') return
    NOTES[cause].forEach((hertz, i) => {
      const at = context.currentTime + i * (NOTE_S + GAP_S)
      const note = context.createOscillator()
      const volume = context.createGain()
      note.type = 'triangle'
      note.frequency.value = hertz
      volume.gain.setValueAtTime(0.0001, at)
      volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02)
      volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S)
      note.connect(volume).connect(context.destination)
      note.start(at)
      note.stop(at + NOTE_S + 0.02)
    })
  }
}
