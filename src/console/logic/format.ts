/** Numbers, sizes and times as people read them; the same in every browser, whatever its language. */

const grouping = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

export function count(value: number): string {
  return grouping.format(value)
}

/** `1 record`, `2 records`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

const steps = ['', ' k', ' M', ' G']

/** Short, for axes and rates: 950, 1.2 k, 34 k, 5.6 M. */
export function short(value: number): string {
  let scaled = value
  let step = 0
  while (Math.abs(scaled) >= 999.5 && step < steps.length - 1) {
    scaled /= 1000
    step++
  }
  return `${digits(scaled)}${steps[step]}`
}

/** Three that mean something. */
function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return `${Math.round(value)}`
  return size >= 10 ? trimmed(value.toFixed(1)) : trimmed(value.toFixed(2))
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, '')
}

const units = ['B', 'KB', 'MB', 'GB', 'TB']

/** In powers of 1024, as settings.yaml counts them. */
export function bytes(value: number): string {
  let scaled = value
  let unit = 0
  while (Math.abs(scaled) >= 1023.5 && unit < units.length - 1) {
    scaled /= 1024
    unit++
  }
  return `${digits(scaled)} ${units[unit]}`
}

/** The two largest units: 4 ms, 2.5 s, 3 min 12 s, 5 h 4 min, 2 d 3 h. */
export function duration(ms: number): string {
  if (ms < 0) return `−${duration(-ms)}`
  if (ms < 1000) return `${digits(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${trimmed(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  const pairs: readonly [number, string, number, string][] = [
    [86_400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ]
  const [large, largeName, small, smallName] = pairs.find(([size]) => whole >= size) ?? pairs[2]!
  const rest = Math.floor((whole % large) / small)
  return `${Math.floor(whole / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}

/** Of the day, to the millisecond: 14:03:05.120 */
export function timeOfDay(ms: number): string {
  const at = new Date(ms)
  const two = (value: number) => `${value}`.padStart(2, '0')
  const millis = `${at.getMilliseconds()}`.padStart(3, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${millis}`
}

/** 2026-01-02 14:03:05.120, in the browser's time zone; a timestamp of -1 is none. */
export function dateTime(ms: number): string {
  if (ms < 0) return 'none'
  const at = new Date(ms)
  const two = (value: number) => `${value}`.padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${timeOfDay(ms)}`
}

/** As an `<input type="datetime-local">` has it. */
export function asInput(ms: number): string {
  return dateTime(ms).replace(' ', 'T')
}
