/** What people press and fill in. */
import type { ComponentChildren } from 'preact'
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { after } from '../clock.ts'
import { asApiError } from '../live.ts'
import { say } from './toasts.tsx'

/** Whether what was begun is still under way, and how it is begun; what it throws is shown. */
function useBusy(work: () => unknown): readonly [isBusy: boolean, begin: () => Promise<void>] {
  const isBusy = useSignal(false)
  const begin = async () => {
    isBusy.value = true
    try {
      await work()
    } catch (error) {
      say(asApiError(error).message, 'bad')
    } finally {
      isBusy.value = false
    }
  }
  return [isBusy.value, begin]
}

interface ButtonProps {
  readonly children: ComponentChildren
  readonly kind?: 'primary' | 'danger' | 'danger primary' | 'quiet' | 'quiet danger'
  /** While what it answers is under way, the button waits; what it throws is shown. */
  readonly onPress?: () => unknown
  readonly type?: 'button' | 'submit'
  readonly label?: string | undefined
  readonly isPressed?: boolean
  readonly isDisabled?: boolean
  readonly autofocus?: boolean
}

export function Button({
  children,
  kind,
  onPress,
  type = 'button',
  label,
  isPressed,
  isDisabled,
  autofocus,
}: ButtonProps) {
  const [isBusy, press] = useBusy(() => onPress?.())
  return (
    <button
      type={type}
      class={`button ${kind ?? ''}`}
      onClick={onPress === undefined ? undefined : press}
      disabled={isBusy || isDisabled}
      aria-label={label}
      aria-pressed={isPressed}
      autofocus={autofocus}
    >
      {children}
    </button>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly children: (ids: { id: string; 'aria-describedby': string | undefined }) => ComponentChildren
}

/** A control with its label, and a hint that screen readers read with it. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': hint === undefined ? undefined : `${id}-hint` })}
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

interface InputProps {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly type?: 'text' | 'search' | 'number' | 'password' | 'datetime-local'
  readonly class?: string
  readonly placeholder?: string | undefined
  readonly autocomplete?: 'off'
  readonly autofocus?: boolean
  readonly step?: string
  readonly min?: string
  readonly list?: string
  readonly 'aria-label'?: string
  readonly isWrong?: boolean
}

export function Input({ value, onValue, class: extra = '', isWrong = false, ...others }: InputProps) {
  return (
    <input
      {...(others as object)}
      class={`input ${extra}`}
      value={value}
      spellcheck={false}
      aria-invalid={isWrong ? 'true' : undefined}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  )
}

interface TextFieldProps extends InputProps {
  readonly label: string
  readonly hint?: ComponentChildren
}

export function TextField({ label, hint, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <Input {...input} {...ids} />}
    </Field>
  )
}

interface TextAreaProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly value: string
  readonly onValue: (value: string) => void
  readonly rows?: number
  readonly placeholder?: string
}

export function TextArea({ label, hint, value, onValue, rows = 6, placeholder }: TextAreaProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          class="input mono"
          rows={rows}
          spellcheck={false}
          placeholder={placeholder}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

type Options<V extends string> = readonly (readonly [value: V, label: string])[]

interface SelectProps<V extends string> {
  readonly label: string
  readonly value: V
  readonly options: Options<V>
  readonly onValue: (value: V) => void
  /** Without it the label is heard and not seen. */
  readonly isLabelled?: boolean
}

export function Select<V extends string>({ label, value, options, onValue, isLabelled = false }: SelectProps<V>) {
  const select = (ids: object) => (
    <select
      {...ids}
      class="input"
      value={value}
      aria-label={isLabelled ? undefined : label}
      onChange={(event) => onValue(event.currentTarget.value as V)}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option} selected={option === value}>
          {text}
        </option>
      ))}
    </select>
  )
  return isLabelled ? <Field label={label}>{select}</Field> : select({})
}

/** One of a few, all seen. */
export function Segments<V extends string>({ label, value, options, onValue }: SelectProps<V>) {
  return (
    <fieldset class="segments" aria-label={label} style={{ margin: 0 }}>
      {options.map(([option, text]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onValue(option)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}

interface SwitchProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => unknown
  readonly isDisabled?: boolean
}

export function Switch({ label, isOn, onChange, isDisabled = false }: SwitchProps) {
  const [isBusy, turn] = useBusy(() => onChange(!isOn))
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-label={label}
      disabled={isDisabled || isBusy}
      onClick={turn}
    >
      <i />
    </button>
  )
}

export function Checkbox({ label, isOn, onChange }: SwitchProps) {
  return (
    <label class="choice">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  )
}

const copiedMs = 1500

export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const isCopied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text())
    isCopied.value = true
    after(copiedMs, () => {
      isCopied.value = false
    })
  }
  return (
    <Button onPress={copy} label={isCopied.value ? 'Copied' : label}>
      {isCopied.value ? 'Copied' : 'Copy'}
    </Button>
  )
}

export function Search({ value, onValue, label }: { value: string; onValue: (value: string) => void; label: string }) {
  return <Input type="search" class="search" value={value} onValue={onValue} aria-label={label} placeholder={label} />
}
