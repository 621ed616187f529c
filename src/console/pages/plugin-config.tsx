/** A plugin's config: a form out of its JSON Schema where it has one, JSON otherwise. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type ApiError, ask, url } from '../api.ts'
import { asApiError } from '../live.ts'
import { configOf, fieldsOf, type SchemaField, textFor } from '../logic/schema-fields.ts'
import { Button, Field, TextArea, TextField } from '../parts/controls.tsx'
import { confirmFirst } from '../parts/dialog.tsx'
import { Card, Problem } from '../parts/showing.tsx'
import { say } from '../parts/toasts.tsx'
import type { Plugin } from '../resources.ts'

interface Loaded {
  readonly config: unknown
}

export function PluginConfig({ of: { name, info } }: { readonly of: Plugin }) {
  const loaded = useSignal<Loaded | null>(null)
  const error = useSignal<ApiError | null>(null)
  const path = url(['plugins', name, 'config'])
  const load = async () => {
    try {
      loaded.value = await ask<Loaded>(path)
    } catch (thrown) {
      error.value = asApiError(thrown)
    }
  }
  useEffect(() => void load(), [name])
  if (loaded.value === null) return error.value === null ? null : <Problem error={error.value} />
  const save = async (config: unknown) => {
    error.value = null
    try {
      loaded.value = await ask<Loaded>(path, { method: 'PUT', json: config })
      say(`${name} has the new config.`)
    } catch (thrown) {
      error.value = asApiError(thrown)
    }
  }
  const forget = () =>
    confirmFirst({
      title: 'Go back to the config of settings.yaml?',
      text: 'What was set here is forgotten.',
      confirm: 'Go back',
      onConfirm: async () => {
        loaded.value = await ask<Loaded>(path, { method: 'DELETE' })
      },
    })
  const fields = fieldsOf(schemaOf(info?.config_schema ?? null))
  const { config } = loaded.value
  return (
    <Card>
      <div class="stack">
        {error.value === null ? null : <Problem error={error.value} />}
        {fields === null ? (
          <JsonForm key={JSON.stringify(config)} config={config} onSave={save} onForget={forget} />
        ) : (
          <SchemaForm key={JSON.stringify(config)} fields={fields} config={config} onSave={save} onForget={forget} />
        )}
      </div>
    </Card>
  )
}

function schemaOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null // Its schema is not JSON: then the config is any JSON.
  }
}

interface FormProps {
  readonly config: unknown
  readonly onSave: (config: unknown) => Promise<void>
  readonly onForget: () => void
}

function JsonForm({ config, onSave, onForget }: FormProps) {
  const text = useSignal(config === null ? '' : JSON.stringify(config, null, 2))
  const save = () => {
    try {
      return onSave(text.value.trim() === '' ? null : JSON.parse(text.value))
    } catch (error) {
      throw new Error(`The config is not JSON: ${(error as Error).message}`)
    }
  }
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <TextArea
        label="Config, as JSON"
        hint="This plugin has no schema for its config: anything goes, if the plugin takes it."
        value={text.value}
        rows={12}
        placeholder="{ }"
        onValue={(value) => {
          text.value = value
        }}
      />
      <FormButtons onSave={save} onForget={onForget} />
    </form>
  )
}

function SchemaForm({ fields, config, onSave, onForget }: FormProps & { readonly fields: readonly SchemaField[] }) {
  const texts = useSignal(fields.map((field) => textFor(field, config)))
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      {fields.map((field, at) => (
        <SchemaInput
          key={field.path.join('.')}
          field={field}
          value={texts.value[at] ?? ''}
          onValue={(value) => {
            texts.value = texts.value.with(at, value)
          }}
        />
      ))}
      <FormButtons onSave={() => onSave(configOf(fields, texts.value, config))} onForget={onForget} />
    </form>
  )
}

interface InputProps {
  readonly field: SchemaField
  readonly value: string
  readonly onValue: (value: string) => void
}

function SchemaInput({ field, value, onValue }: InputProps) {
  const { title, isRequired, kind, placeholder, choices } = field
  const label = isRequired ? `${title} (required)` : title
  const fallback = placeholder === '' ? '' : ` Default: ${placeholder}.`
  const hint = `${field.hint}${fallback}`.trim() || undefined
  if (kind === 'choice' || kind === 'boolean') {
    const options = kind === 'boolean' ? ['true', 'false'] : choices
    return (
      <Field label={label} hint={hint}>
        {(ids) => (
          <select {...ids} class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
            <option value="">{placeholder === '' ? 'not set' : `not set: ${placeholder}`}</option>
            {options.map((option) => (
              <option key={option} value={option} selected={option === value}>
                {option}
              </option>
            ))}
          </select>
        )}
      </Field>
    )
  }
  if (kind === 'texts' || kind === 'json') {
    const how = kind === 'texts' ? 'One a line.' : 'As JSON.'
    return <TextArea label={label} hint={`${hint ?? ''} ${how}`} rows={3} value={value} onValue={onValue} />
  }
  const type = kind === 'text' ? 'text' : 'number'
  return (
    <TextField
      label={label}
      hint={hint}
      type={type}
      step={kind === 'number' ? 'any' : '1'}
      placeholder={placeholder}
      value={value}
      onValue={onValue}
    />
  )
}

function FormButtons({ onSave, onForget }: { readonly onSave: () => unknown; readonly onForget: () => void }) {
  return (
    <div class="row">
      <Button kind="primary" onPress={onSave}>
        Save
      </Button>
      <Button kind="quiet" onPress={onForget}>
        Go back to settings.yaml…
      </Button>
    </div>
  )
}
