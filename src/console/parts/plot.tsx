/** Plots, drawn as SVG: one curve over time, with the value under the pointer. */
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { duration } from '../logic/format.ts'
import { area, axis, type Frame, line, nearest, place, type Point } from '../logic/scale.ts'

interface PlotProps {
  readonly title: string
  /** x is a time in ms. */
  readonly points: readonly Point[]
  readonly show: (value: number) => string
  readonly isSecond?: boolean
  readonly isBytes?: boolean
  /** How far back the left edge lies at least. */
  readonly spanMs: number
}

const labelWidth = 64
const lowerEdge = 18

export function Plot({ title, points, show, isSecond = false, isBytes = false, spanMs }: PlotProps) {
  const svg = useRef<SVGSVGElement>(null)
  const size = useSize(svg)
  const at = useSignal(-1)
  const to = points.at(-1)?.x ?? 0
  const { top, ticks } = axis(Math.max(0, ...points.map(({ y }) => y)), isBytes ? 1024 : 1000)
  const { width, height } = size.value
  const frame: Frame = {
    width: Math.max(1, width - labelWidth),
    height: Math.max(1, height - lowerEdge),
    from: to - spanMs,
    to,
    top,
  }
  const hovered = points[at.value]
  const shown = hovered ?? points.at(-1)
  const most = Math.max(...points.map(({ y }) => y))
  const inWords =
    shown === undefined
      ? `${title}: nothing yet`
      : `${title}: ${show(shown.y)} now, at most ${show(most)} in the last ${duration(spanMs)}`
  const move = (event: PointerEvent) => {
    const left = svg.current!.getBoundingClientRect().left
    at.value = nearest(points, frame.from + ((event.clientX - left) / frame.width) * spanMs)
  }
  return (
    <figure class="card plot">
      <figcaption>
        <span>
          {title}
          {hovered === undefined ? '' : `, ${duration(to - hovered.x)} ago`}
        </span>
        <strong>{shown === undefined ? '–' : show(shown.y)}</strong>
      </figcaption>
      <svg
        ref={svg}
        class={isSecond ? 'second' : ''}
        role="img"
        aria-label={inWords}
        onPointerMove={move}
        onPointerLeave={() => {
          at.value = -1
        }}
      >
        <Axes frame={frame} ticks={ticks} show={show} width={width} height={height} spanMs={spanMs} />
        <path class="fill" d={area(points, frame)} />
        <path class="curve" d={line(points, frame)} />
        {shown === undefined ? null : (
          <Mark at={place(shown, frame)} height={hovered === undefined ? null : frame.height} />
        )}
      </svg>
    </figure>
  )
}

interface AxesProps {
  readonly frame: Frame
  readonly ticks: readonly number[]
  readonly show: (value: number) => string
  readonly width: number
  readonly height: number
  readonly spanMs: number
}

function Axes({ frame, ticks, show, width, height, spanMs }: AxesProps) {
  return (
    <>
      {ticks.map((tick) => {
        const { y } = place({ x: frame.to, y: tick }, frame)
        return (
          <g key={tick}>
            <line class="grid" x1={0} x2={frame.width} y1={y} y2={y} />
            <text x={width} y={y + 4} text-anchor="end">
              {tick === 0 ? '0' : show(tick)}
            </text>
          </g>
        )
      })}
      <text x={0} y={height - 2}>
        {duration(spanMs)} ago
      </text>
      <text x={frame.width} y={height - 2} text-anchor="end">
        now
      </text>
    </>
  )
}

/** Where it is now, or, with a line of that height, where the pointer is. */
function Mark({ at: { x, y }, height }: { readonly at: Point; readonly height: number | null }) {
  return (
    <>
      {height === null ? null : <line class="hair" x1={x} x2={x} y1={0} y2={height} />}
      <circle class="dot" cx={x} cy={y} r={3} />
    </>
  )
}

function useSize(element: { current: Element | null }) {
  const size = useSignal({ width: 320, height: 136 })
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect
      size.value = { width, height }
    })
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [])
  return size
}

/** A trend, as small as a word. */
export function Spark({ points, label }: { readonly points: readonly Point[]; readonly label: string }) {
  const frame = {
    width: 80,
    height: 18,
    from: points[0]?.x ?? 0,
    to: points.at(-1)?.x ?? 1,
    top: Math.max(1, ...points.map(({ y }) => y)),
  }
  return (
    <svg class="spark" viewBox="0 0 80 20" preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={line(points, frame)} transform="translate(0 1)" />
    </svg>
  )
}
